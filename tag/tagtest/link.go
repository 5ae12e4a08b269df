package tagtest

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

var textLink = regexp.MustCompile(`https?://[^\s<>"]+`)

// Links returns the links of the mail, each once: the http and https addresses of the
// text body, and where the links of the HTML body lead.
func (m *Mail) Links() []string {
	var list []string
	for _, link := range textLink.FindAllString(m.Text, -1) {
		list = append(list, strings.TrimRight(link, ".,;:!?)'")) // of the sentence around it
	}
	for z := html.NewTokenizer(strings.NewReader(m.HTML)); z.Next() != html.ErrorToken; {
		list = append(list, destinations(z.Token())...)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(link string) bool {
		again := seen[link]
		seen[link] = true
		return again
	})
}

func destinations(tag html.Token) []string {
	var list []string
	if tag.Type != html.StartTagToken || tag.Data != "a" && tag.Data != "area" {
		return nil
	}
	for _, a := range tag.Attr {
		if a.Key == "href" {
			list = append(list, strings.TrimSpace(a.Val))
		}
	}
	return list
}

// Link returns the link that contains part, for the test to follow. It ends the test
// where there is none or several.
func (m *Mail) Link(part string) string {
	m.t.Helper()
	all := m.Links()
	found := slices.DeleteFunc(slices.Clone(all), func(link string) bool { return !strings.Contains(link, part) })
	if len(found) != 1 {
		m.t.Fatalf("tagtest: %d links of the mail %s contain %q, want one of:\n%s", len(found), m.who(), part, indented(strings.Join(all, "\n")))
		return ""
	}
	return found[0]
}
