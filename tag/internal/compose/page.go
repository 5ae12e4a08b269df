package compose

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A page is HTML, as text and as a tree, and what is to change in the text.
type page struct {
	source string
	tags   []tag // the start tags of the source
	doc    *html.Node
	edits  []edit
	styles int // bytes of style rules so far
}

// A tag is where a start tag stands in the source.
type tag struct {
	begin, end int
	closed     int // of style: behind its end tag
}

// An edit replaces a piece of the source.
type edit struct {
	begin, end int
	text       string
}

// tagNumber is the attribute that links an element of the tree to its start tag.
const tagNumber = "data-mailhost-start-tag"

// readPage parses HTML whose start tags are numbered, so that each element of the
// tree knows its start tag. An element that the parser made up has no number.
func readPage(source string) (*page, error) {
	p := &page{source: source}
	doc, err := parseHTML(p.numbered())
	p.doc = doc
	return p, err
}

// numbered returns the source with a number in each start tag. Where the parser
// takes a tag for text, the number is text, too: it holds nothing that could end
// what it stands in.
func (p *page) numbered() string {
	var out bytes.Buffer
	z := html.NewTokenizer(strings.NewReader(p.source))
	style, begin := -1, 0
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		end := begin + len(z.Raw())
		name, _ := z.TagName()
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			if string(name) == "style" {
				style = len(p.tags)
			}
			cut := begin + len("<") + len(name)
			out.WriteString(p.source[begin:cut] + " " + tagNumber + "=" + strconv.Itoa(len(p.tags)) + " " + p.source[cut:end])
			p.tags = append(p.tags, tag{begin, end, len(p.source)})
		default:
			if style >= 0 && kind == html.EndTagToken && string(name) == "style" {
				p.tags[style].closed, style = end, -1
			}
			out.WriteString(p.source[begin:end])
		}
		begin = end
	}
	out.WriteString(p.source[begin:])
	return out.String()
}

// tagOf returns the start tag of an element, nil where the source has none.
func (p *page) tagOf(n *html.Node) *tag {
	i, err := strconv.Atoi(attribute(n, tagNumber))
	if err != nil || i < 0 || i >= len(p.tags) {
		return nil
	}
	return &p.tags[i]
}

// elements returns the elements that styles apply to: all outside the head. Where
// the parser made several of one start tag, the first counts.
func (p *page) elements() []element {
	var list []element
	seen := map[*tag]bool{}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			if n.DataAtom == atom.Head || n.DataAtom == atom.Style {
				return
			}
			if t := p.tagOf(n); !seen[t] {
				list = append(list, element{n, t != nil})
				seen[t] = t != nil
			}
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(p.doc)
	return list
}

// styleElements returns the style elements for all media.
func (p *page) styleElements() []*html.Node {
	var list []*html.Node
	for n := range p.doc.Descendants() {
		if n.DataAtom != atom.Style || n.Namespace != "" || p.tagOf(n) == nil {
			continue
		}
		media, kind := strings.ToLower(attribute(n, "media")), strings.ToLower(attribute(n, "type"))
		if (media == "" || media == "all") && (kind == "" || kind == "text/css") {
			list = append(list, n)
		}
	}
	return list
}

// replaceStyles writes what is left of a style element, and nothing where nothing is
// left. Where taking rules out has put an end tag together, the element stays as it
// was.
func (p *page) replaceStyles(n *html.Node, css string) {
	t := p.tagOf(n)
	switch {
	case css == "":
		p.edits = append(p.edits, edit{t.begin, t.closed, ""})
	case !strings.Contains(css, "</"):
		p.edits = append(p.edits, edit{t.end, t.closed, "\n" + css + "\n</style>"})
	}
}

// setStyle writes the declarations of matches into an element's style attribute,
// around those that it has.
func (p *page) setStyle(n *html.Node, matches []match) {
	t := p.tagOf(n)
	z := html.NewTokenizer(strings.NewReader(p.source[t.begin:t.end]))
	z.Next()
	token := z.Token()
	before, after := styles(matches)
	own := strings.TrimRight(attribute(n, "style"), "; \t\r\n")
	all := slices.DeleteFunc([]string{before, own, after}, func(s string) bool { return s == "" })
	token.Attr = slices.DeleteFunc(token.Attr, func(a html.Attribute) bool { return a.Key == "style" })
	token.Attr = append(token.Attr, html.Attribute{Key: "style", Val: strings.Join(all, ";")})
	p.edits = append(p.edits, edit{t.begin, t.end, token.String()})
}

// edited returns the source with its edits.
func (p *page) edited() string {
	slices.SortFunc(p.edits, func(a, b edit) int { return a.begin - b.begin })
	var out strings.Builder
	at := 0
	for _, e := range p.edits {
		out.WriteString(p.source[at:e.begin] + e.text)
		at = e.end
	}
	return out.String() + p.source[at:]
}
