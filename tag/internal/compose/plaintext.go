package compose

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// textOf makes the text part of a mail from its HTML part: what a reader would see,
// with the addresses of links in angle brackets, list items marked, cells apart and
// images as their alternative texts. What is hidden stays hidden. HTML that shows
// nothing gives its title, or nothing.
func textOf(source string) (string, error) {
	doc, err := parseHTML(source)
	if err != nil {
		return "", err
	}
	var w textWriter
	w.children(doc)
	if w.out.Len() == 0 {
		w.words(titleOf(doc))
	}
	return w.out.String(), nil
}

// parseHTML reads HTML as a mail reader does, which runs no scripts. It fails only
// where elements are nested too deep, so that trees can be walked by recursion.
func parseHTML(source string) (*html.Node, error) {
	doc, err := html.ParseWithOptions(strings.NewReader(source), html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil, fmt.Errorf("the HTML part cannot be read: %w", err)
	}
	return doc, nil
}

func titleOf(n *html.Node) string {
	for n := range n.Descendants() {
		if n.DataAtom == atom.Title && n.Namespace == "" && n.FirstChild != nil {
			return n.FirstChild.Data
		}
	}
	return ""
}

func (w *textWriter) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			w.text(c.Data)
		case html.ElementNode:
			w.element(c)
		}
	}
}

func (w *textWriter) element(n *html.Node) {
	if isHidden(n) {
		return
	}
	switch n.DataAtom {
	case atom.Br:
		w.breaks = min(w.breaks+1, 2)
	case atom.Hr:
		w.block(2, func() { w.words(strings.Repeat("-", 20)) })
	case atom.Img:
		w.words(attribute(n, "alt"))
	case atom.A:
		w.link(n)
	case atom.Li:
		w.block(1, func() { w.indented(w.itemMark(n), "  ", n) })
	case atom.Blockquote:
		w.block(2, func() { w.indented("> ", "> ", n) })
	case atom.Pre, atom.Textarea:
		w.block(2, func() { w.preformatted(n) })
	case atom.Td, atom.Th:
		w.gap = cellGap
		w.children(n)
		w.gap = cellGap
	default:
		w.block(breaksAround(n), func() { w.children(n) })
	}
}

// breaksAround returns how many line breaks stand before and after an element at
// least: 2 leave a blank line, 0 is for an element within a line.
func breaksAround(n *html.Node) int {
	switch n.DataAtom {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table, atom.Dl, atom.Figure, atom.Fieldset:
		return 2
	case atom.Ul, atom.Ol, atom.Menu:
		if within(n, atom.Li) {
			return 1
		}
		return 2
	case atom.Div, atom.Center, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Nav, atom.Aside, atom.Address,
		atom.Form, atom.Tr, atom.Caption, atom.Dt, atom.Dd, atom.Figcaption, atom.Legend, atom.Option, atom.Summary, atom.Details:
		return 1
	}
	return 0
}

// within reports whether an element stands in one of that kind.
func within(n *html.Node, kind atom.Atom) bool {
	for n := range n.Ancestors() {
		if n.DataAtom == kind {
			return true
		}
	}
	return false
}

// itemMark returns what an item of a list begins with: its number in an ordered one.
func (w *textWriter) itemMark(n *html.Node) string {
	list := n.Parent
	if list.DataAtom != atom.Ol {
		return "- "
	}
	if w.numbers == nil {
		w.numbers = map[*html.Node]int{}
	}
	if _, ok := w.numbers[list]; !ok {
		start, err := strconv.Atoi(attribute(list, "start"))
		if err != nil {
			start = 1
		}
		w.numbers[list] = start
	}
	number := w.numbers[list]
	w.numbers[list]++
	return strconv.Itoa(number) + ". "
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}
