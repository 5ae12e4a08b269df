package compose

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// isHidden reports whether an element shows none of its text: by what it is, or by
// its style, as the preview texts of mails are hidden.
func isHidden(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Style, atom.Script, atom.Title, atom.Template, atom.Iframe, atom.Noembed, atom.Noframes, atom.Object, atom.Svg, atom.Select, atom.Datalist:
		return true
	}
	for _, a := range n.Attr {
		if a.Key == "hidden" || a.Key == "style" && hides(a.Val) {
			return true
		}
	}
	return false
}

// hides reports whether a style attribute hides its element.
func hides(style string) bool {
	for declaration := range strings.SplitSeq(strings.ToLower(style), ";") {
		property, value, _ := strings.Cut(declaration, ":")
		value, _, _ = strings.Cut(value, "!")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(property) {
		case "display":
			if value == "none" {
				return true
			}
		case "visibility":
			if value == "hidden" {
				return true
			}
		case "font-size", "max-height", "opacity":
			if strings.TrimSuffix(value, "px") == "0" {
				return true
			}
		}
	}
	return false
}
