package preview

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Bounds of what is told of the HTML of a mail.
const (
	maxLinks    = 500
	maxLinkText = 200 // bytes
	maxLinkURL  = 2000
)

// A link is an address in the HTML of a mail.
type link struct {
	Kind string // "link", "image" or "other"
	Text string // what a reader sees: the link's text, the image's alt
	URL  string
	Open bool   // it can be followed: a link to the web
	Note string // what is wrong with it, a sentence, or ""
}

// addressOf gives the attribute that holds the address of an element.
var addressOf = map[string]string{
	"a": "href", "area": "href", "link": "href", "img": "src", "source": "src", "video": "src", "audio": "src",
	"form": "action", "body": "background", "table": "background", "td": "background",
}

// linksOf returns the addresses in a mail's HTML, in order, and whether there are
// more than maxLinks.
func linksOf(text string) ([]*link, bool) {
	z := html.NewTokenizer(strings.NewReader(text))
	var links []*link
	within := &link{} // the link whose text follows
	for {
		switch z.Next() {
		case html.ErrorToken:
			return links, false
		case html.TextToken:
			within.addText(string(z.Text()))
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "a" {
				within = &link{}
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if t.Data == "img" {
				within.addText(attribute(t, "alt"))
			}
			l := linkOf(t)
			switch {
			case l == nil:
				continue
			case len(links) == maxLinks:
				return links, true
			case t.Data == "a":
				within = l
			}
			links = append(links, l)
		}
	}
}

func (l *link) addText(text string) {
	l.Text = cut(strings.Join(strings.Fields(l.Text+" "+text), " "), maxLinkText)
}

// linkOf returns the address that a tag holds, nil where it holds none.
func linkOf(t html.Token) *link {
	name := addressOf[t.Data]
	i := slices.IndexFunc(t.Attr, func(a html.Attribute) bool { return a.Key == name })
	if name == "" || i < 0 {
		return nil
	}
	l := &link{Kind: "other", URL: cut(strings.TrimSpace(t.Attr[i].Val), maxLinkURL)}
	switch t.Data {
	case "a", "area":
		l.Kind = "link"
	case "img":
		l.Kind, l.Text = "image", cut(attribute(t, "alt"), maxLinkText)
	}
	l.check()
	if l.Kind == "image" && !hasAttribute(t, "alt") {
		l.Note = strings.TrimSpace(l.Note + " It has no alt text, for readers who do not see it.")
	}
	return l
}

// check finds out whether the address can be followed from a mail, which has no
// base that a relative one would be of.
func (l *link) check() {
	u, err := url.Parse(l.URL)
	switch {
	case err != nil:
		l.Note = "It is no URL: " + err.Error() + "."
	case l.URL == "":
		l.Note = "It is empty."
	case u.Scheme == "" && u.Host == "" && u.Path == "" && u.RawQuery == "":
		// an anchor within the mail
	case u.Scheme == "":
		l.Note = "It is relative, and leads nowhere from a mail: write the whole address, with https://."
	case u.Scheme == "http" || u.Scheme == "https":
		l.Open = l.Kind == "link" && u.Host != ""
	case u.Scheme == "javascript" || u.Scheme == "data" || u.Scheme == "vbscript":
		l.Note = "Mail readers do not follow " + u.Scheme + ": addresses."
	}
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttribute(t html.Token, name string) bool {
	return slices.ContainsFunc(t.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// cut returns at most n bytes of s, and an ellipsis for the others.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
