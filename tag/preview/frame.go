package preview

import (
	"net/http"
	"regexp"

	"github.com/go-mailhost/mailhost/queue/decode"
)

// A frame shows the HTML of a mail at one width.
type frame struct {
	Width  string // "phone" or "desktop"
	Title  string
	Scheme string // "light", "dark" or "": the reader's
	URL    string
}

var frameTitles = map[string]string{"phone": "Phone, 375 px", "desktop": "Desktop, 800 px"}

// frames shows the HTML of a mail.
func (c *mailPage) frames(h *handler, at address, m *decode.Message) {
	if m.HTML == "" {
		return
	}
	for _, width := range []string{"desktop", "phone"} {
		if at.Width == "" || at.Width == width {
			c.Frames = append(c.Frames, frame{width, frameTitles[width], at.Scheme, at.url(h.prefix, pageFrame)})
		}
	}
	c.Widths = h.choices(at, "width", "", "both", "desktop", "desktop", "phone", "phone")
	c.Schemes = h.choices(at, "scheme", "", "as this page", "light", "light", "dark", "dark")
	c.Images = h.choices(at, "images", "", "blocked", "remote", "loaded")
}

// choices returns the values of a parameter with their labels, and where they lead.
func (h *handler) choices(at address, name string, valuesAndLabels ...string) (list []option) {
	chosen := at
	for i := 0; i+1 < len(valuesAndLabels); i += 2 {
		if err := chosen.set(pageMail, name, valuesAndLabels[i]); err == nil {
			list = append(list, option{valuesAndLabels[i+1], chosen.url(h.prefix, pageMail), chosen == at})
		}
	}
	return list
}

// The policies of the HTML of a mail. Its own styles and the images that it brings
// are shown; it has no origin, runs nothing and leads nowhere.
const (
	framePolicy = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
	ownPolicy   = framePolicy + "style-src 'unsafe-inline'; img-src data:; font-src data:"
	webPolicy   = framePolicy + "style-src 'unsafe-inline' http: https:; img-src data: http: https:; font-src data: http: https:"
)

// linkElement begins every link element, wherever a parser may see one. A policy does
// not keep rel=preconnect and rel=dns-prefetch from calling elsewhere; what else a
// link does, ownPolicy forbids.
var linkElement = regexp.MustCompile(`(?i)<link`)

// frame answers with the HTML of a mail.
func (h *handler) frame(r *http.Request, at address) answer {
	l, why := h.letter(r, at)
	switch {
	case why != nil:
		return *why
	case l.message.HTML == "":
		return refuse(http.StatusNotFound, "No HTML", "This mail has no HTML part.")
	}
	text, _ := l.message.Inlined()
	policy := webPolicy
	if at.Images != "remote" {
		text, policy = linkElement.ReplaceAllString(text, "<x-link"), ownPolicy
	}
	return answer{
		raw: []byte(text),
		header: http.Header{
			"Content-Type":            {"text/html; charset=utf-8"},
			"Content-Security-Policy": {policy},
		},
	}
}
