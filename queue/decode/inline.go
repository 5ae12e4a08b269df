package decode

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// maxInlined bounds what the images of a frame add to its HTML, in bytes: all of
// the largest mail fit, but not many times.
const maxInlined = 48 << 20

// contentURL is a reference to an image of the mail (RFC 2392 section 2).
var contentURL = regexp.MustCompile(`(?i)\bcid:[^\s"'()<>,\\]+`)

// An inliner puts the images of a mail into its HTML. A frame that is sandboxed
// cannot ask this server for them: it has an origin, and so no cookies, of its own.
type inliner struct {
	images map[string]File // by Content-ID
	left   int             // bytes
	lost   []string        // references that lead to no image, or to one that has no room
}

// Inlined returns the HTML of a message with its images in it, as data: URLs of 48 MiB
// together at most, and the references that lead to no image, or to one that had no
// room.
func (m *Message) Inlined() (text string, lost []string) {
	in := newInliner(m.Images)
	return in.html(m.HTML), in.lost
}

func newInliner(images []File) *inliner {
	in := &inliner{images: map[string]File{}, left: maxInlined}
	for _, image := range images {
		in.images[image.ContentID] = image
	}
	return in
}

// html returns the HTML of a mail with its images in it. What it need not change, it
// leaves byte for byte.
func (in *inliner) html(text string) string {
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			out.Write(z.Raw()) // what an unfinished tag or comment holds
			return out.String()
		}
		raw := string(z.Raw())
		switch {
		case kind == html.TextToken || !contentURL.MatchString(html.UnescapeString(raw)):
			out.WriteString(in.style(raw, kind))
		case kind == html.StartTagToken || kind == html.SelfClosingTagToken:
			out.WriteString(in.tag(z.Token()))
		default:
			out.WriteString(raw)
		}
	}
}

// tag returns a tag with its references replaced.
func (in *inliner) tag(t html.Token) string {
	for i, a := range t.Attr {
		t.Attr[i].Val = contentURL.ReplaceAllStringFunc(a.Val, in.dataURL)
	}
	return t.String()
}

// style replaces the references of a style sheet, as url(cid:…). In a text, the
// words mean nothing.
func (in *inliner) style(raw string, kind html.TokenType) string {
	if kind != html.TextToken || !strings.Contains(raw, "url(") {
		return raw
	}
	return contentURL.ReplaceAllStringFunc(raw, in.dataURL)
}

// dataURL returns the image that a reference leads to as a URL (RFC 2397), or the
// reference.
func (in *inliner) dataURL(reference string) string {
	id, err := url.PathUnescape(reference[len("cid:"):])
	image, found := in.images[id]
	size := base64.StdEncoding.EncodedLen(len(image.Data))
	if err != nil || !found || !strings.HasPrefix(image.Type, "image/") || size > in.left {
		in.lost = append(in.lost, reference)
		return reference
	}
	in.left -= size
	return "data:" + image.Type + ";base64," + base64.StdEncoding.EncodeToString(image.Data)
}
