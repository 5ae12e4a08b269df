package preview

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue/decode"
)

func TestLinks(t *testing.T) {
	for _, tt := range []struct{ html, want string }{
		{`<a href="https://a.example/?x=1&amp;y=2">Go <b>on</b> <img alt="now"></a>`, `link "Go on now" https://a.example/?x=1&y=2 open`},
		{`<a href=http://a.example>a</a><a href=https://b.example>b</a> c`, `link "a" http://a.example open; link "b" https://b.example open`},
		{`<a href="mailto:a@b.example">x</a>`, `link "x" mailto:a@b.example`},
		{`<a href="#top">x</a>`, `link "x" #top`},
		{`<a name=x>x</a>`, ``},
		{`<a href="/terms">x</a>`, `link "x" /terms: It is relative, and leads nowhere from a mail: write the whole address, with https://.`},
		{`<a href="//a.example">x</a>`, `link "x" //a.example: It is relative, and leads nowhere from a mail: write the whole address, with https://.`},
		{`<a href="">x</a>`, `link "x" : It is empty.`},
		{`<a href="https://">x</a>`, `link "x" https://`},
		{`<a href="javascript:alert(1)">x</a>`, `link "x" javascript:alert(1): Mail readers do not follow javascript: addresses.`},
		{`<a href="http://[">x</a>`, `link "x" http://[: It is no URL: parse "http://[": missing ']' in host.`},
		{`<img src="cid:x" alt="">`, `image "" cid:x`},
		{`<img src="https://a.example/x.png" alt="Logo">`, `image "Logo" https://a.example/x.png`},
		{`<img src="cid:x">`, `image "" cid:x: It has no alt text, for readers who do not see it.`},
		{`<img src="x.png">`, `image "" x.png: It is relative, and leads nowhere from a mail: write the whole address, with https://. It has no alt text, for readers who do not see it.`},
		{`<table background="https://a.example/x"><form action="https://a.example/f">`, `other "" https://a.example/x; other "" https://a.example/f`},
		{`<!-- <a href=x>x</a> -->`, ``},
	} {
		t.Run(tt.html, func(t *testing.T) {
			links, more := linksOf(tt.html)
			require.False(t, more)
			var got []string
			for _, l := range links {
				text := fmt.Sprintf("%s %q %s", l.Kind, l.Text, l.URL)
				if l.Open {
					text += " open"
				}
				if l.Note != "" {
					text += ": " + l.Note
				}
				got = append(got, text)
			}
			require.Equal(t, tt.want, strings.Join(got, "; "))
		})
	}
}

func TestLinksAreBounded(t *testing.T) {
	one := "<a href=https://a.example>x</a>"
	links, more := linksOf(strings.Repeat(one, maxLinks))
	require.Len(t, links, maxLinks)
	require.False(t, more)
	links, more = linksOf(strings.Repeat(one, maxLinks+1))
	require.Len(t, links, maxLinks)
	require.True(t, more)

	long := strings.Repeat("é", 5000)
	links, _ = linksOf("<a href=" + long + ">" + long)
	require.LessOrEqual(t, len(links[0].URL), maxLinkURL+len("…"))
	require.LessOrEqual(t, len(links[0].Text), maxLinkText+len("…"))
	require.True(t, strings.HasSuffix(links[0].Text, "é…"))
}

func TestNotes(t *testing.T) {
	for _, tt := range []struct {
		name string
		m    decode.Message
		want []string
	}{
		{"none", decode.Message{Subject: "x", Text: "x", HTML: "<p>x"}, nil},
		{"no subject", decode.Message{Text: "x"}, []string{"The mail has no subject."}},
		{"no text", decode.Message{Subject: "x", HTML: "<p>"}, []string{"The mail has no text for readers that show no HTML."}},
		{"as much as Gmail shows", decode.Message{Subject: "x", Text: "x", HTML: strings.Repeat("x", gmailCut)}, nil},
		{"more", decode.Message{Subject: "x", Text: "x", HTML: strings.Repeat("x", gmailCut+1)}, []string{"The HTML has 102.0 kB: Gmail hides what is after 102 kB."}},
		{"a bad link", decode.Message{Subject: "x", Text: "x", HTML: "<a href=/x>"}, []string{"Something is wrong with 1 address to a link or an image: see Links."}},
		{"bad links", decode.Message{Subject: "x", Text: "x", HTML: "<a href=/x><a href=/y><a href=https://z.example>"}, []string{"Something is wrong with 2 addresses to a link or an image: see Links."}},
		{"an image that is not there", decode.Message{Subject: "x", Text: "x", HTML: `<img alt="" src=cid:x>`}, []string{"cid:x leads to no image of this mail, or to one that has no room in the frame."}},
		{"what cannot be decoded", decode.Message{Subject: "x", Text: "x", Problems: []string{"a part breaks off"}}, []string{"a part breaks off"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			links, _ := linksOf(tt.m.HTML)
			_, lost := tt.m.Inlined()
			require.Equal(t, tt.want, notes(&tt.m, links, lost))
		})
	}
}
