package compose

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// inlineCSS moves the rules of an HTML part's style elements into style attributes.
// What an attribute cannot say stays: rules for media, for states such as :hover,
// for pseudo-elements, and everything in a style element for certain media. Nothing
// is fetched.
//
// Of the source only the start tags that get a style and the style elements change,
// byte for byte: what was text stays text, what was a comment for Outlook stays one.
// Writing the parsed page anew could not promise that.
func inlineCSS(source string) (string, error) {
	p, err := readPage(source)
	if err != nil {
		return "", err
	}
	c := newCascade(p.elements())
	for _, element := range p.styleElements() {
		if err := p.moveStyles(element, c); err != nil {
			return "", err
		}
	}
	for n, matches := range c.placed {
		p.setStyle(n, matches)
	}
	return p.edited(), nil
}

// moveStyles gives the rules of a style element to the cascade, and leaves in the
// element those that stay.
func (p *page) moveStyles(element *html.Node, c *cascade) error {
	css := contentOf(element)
	if p.styles += len(css); p.styles > maxStyles {
		return fmt.Errorf("the HTML part has more than %d bytes of style rules: link fewer, or do not inline them", maxStyles)
	}
	rules, err := parseStyles(css)
	if err != nil {
		return err
	}
	var left []string
	for _, r := range rules {
		stays, err := c.add(r)
		if err != nil {
			return err
		}
		if stays != "" {
			left = append(left, stays)
		}
	}
	p.replaceStyles(element, strings.Join(left, "\n"))
	return nil
}

// contentOf returns the text in an element.
func contentOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.ChildNodes() {
		b.WriteString(c.Data)
	}
	return b.String()
}
