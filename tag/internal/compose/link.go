package compose

import (
	"strings"

	"golang.org/x/net/html"
)

// link writes a link's text and behind it its address in angle brackets (RFC 3986
// appendix C), where the text does not say it already.
func (w *textWriter) link(n *html.Node) {
	before := w.out.Len()
	w.children(n)
	address := linkAddress(attribute(n, "href"))
	text := strings.TrimSpace(w.out.String()[before:])
	if address == "" || saysAddress(text, address) {
		return
	}
	if text == "" {
		w.word("<" + address + ">")
		return
	}
	w.out.WriteString(" <" + address + ">") // on the line of the text, whatever breaks are due
}

var addressEscaper = strings.NewReplacer("\t", "", "\r", "", "\n", "", " ", "%20", "<", "%3C", ">", "%3E")

// linkAddress returns what a reader of the text can use of a link: the address of a
// page, of a mailbox, of a phone. Others are of the page itself, or harm.
func linkAddress(href string) string {
	href = addressEscaper.Replace(strings.TrimSpace(href))
	scheme, rest, _ := strings.Cut(href, ":")
	switch strings.ToLower(scheme) {
	case "http", "https", "tel":
		return href
	case "mailto":
		return rest
	}
	return ""
}

// saysAddress reports whether a link's text is its address, as authors shorten it.
func saysAddress(text, address string) bool { return shortAddress(text) == shortAddress(address) }

var blankDropper = strings.NewReplacer(" ", "", "%20", "")

func shortAddress(s string) string {
	for _, scheme := range []string{"https://", "http://", "tel:"} {
		s = strings.TrimPrefix(s, scheme)
	}
	return blankDropper.Replace(strings.TrimSuffix(s, "/"))
}
