package tag

import (
	"html/template"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A URL may be what URLs are in Go. What it holds is one URL, and its scheme tells
// whether one click is enough.
func TestKindsOfUnsubscribe(t *testing.T) {
	parsed, err := url.Parse("https://acme.example/a,b?u=ü#x")
	require.NoError(t, err)
	mailto, err := url.Parse("mailto:leave%2Blist@acme.example?subject=leave%20me")
	require.NoError(t, err)
	longest := "https://acme.example/" + strings.Repeat("x", 898-len("https://acme.example/"))
	for _, test := range []struct {
		value any
		want  string
		post  string
	}{
		{"https://acme.example/?u=7", "<https://acme.example/?u=7>", "List-Unsubscribe=One-Click"},
		{"HTTPS://acme.example/?u=7", "<HTTPS://acme.example/?u=7>", "List-Unsubscribe=One-Click"},
		{interval("https://acme.example/"), "<https://acme.example/>", "List-Unsubscribe=One-Click"},
		{template.URL("https://[::1]:8443/%2C"), "<https://[::1]:8443/%2C>", "List-Unsubscribe=One-Click"},
		{url.URL{Scheme: "https", Host: "acme.example", Path: "/a b<c>"}, "<https://acme.example/a%20b%3Cc%3E>", "List-Unsubscribe=One-Click"},
		{&url.URL{Scheme: "http", Host: "acme.example", RawQuery: "u=7"}, "<http://acme.example?u=7>", ""},
		{mailto, "<mailto:leave%2Blist@acme.example?subject=leave%20me>", ""},
		{longest, "<" + longest + ">", "List-Unsubscribe=One-Click"},
	} {
		header := readMail(t, one(t, "{{sendmail "+fromTo+` "unsubscribe" .}}`, test.value)).header
		require.Equal(t, test.want, header.Get("List-Unsubscribe"))
		require.Equal(t, test.post, header.Get("List-Unsubscribe-Post"))
	}
	require.Contains(t, failing(t, "{{sendmail "+fromTo+` "unsubscribe" .}}`, parsed), `',' must be written as %2C`)
	require.Contains(t, failing(t, "{{sendmail "+fromTo+` "unsubscribe" .}}`, longest+"x"), "the URL has 899 bytes: use at most 898")
}

func TestMistakesInUnsubscribe(t *testing.T) {
	for value, want := range map[string]string{
		`""`:                                 `page.html:1:66: the URL is empty [ErrWrongValue]`,
		`"acme.example/u"`:                   `page.html:1:66: "acme.example/u" is no URL that a mail program could open: it must begin with https:// [ErrWrongValue]`,
		`"https:///u"`:                       `page.html:1:66: "https:///u" is no URL that a mail program could open: it must begin with https:// [ErrWrongValue]`,
		`"https://:443/u"`:                   `page.html:1:66: "https://:443/u" is no URL that a mail program could open: it must begin with https:// [ErrWrongValue]`,
		`"https:u"`:                          `page.html:1:66: "https:u" is no URL that a mail program could open: it must begin with https:// [ErrWrongValue]`,
		`"ftp://acme.example/u"`:             `page.html:1:66: "ftp://acme.example/u" is no URL that a mail program could open: it must begin with https:// [ErrWrongValue]`,
		`"https://acme.example:x/"`:          `page.html:1:66: "https://acme.example:x/" is no URL [ErrWrongValue]`,
		`"https://a.example/>,<mailto:a@b>"`: `page.html:1:66: "https://a.example/>,<mailto:a@b>" is no URL: '>' must be written as %3E [ErrWrongValue]`,
		`"https://a.example/\r\nBcc: c@d"`:   `page.html:1:66: "https://a.example/\r\nBcc: c@d" is no URL: '\r' must be written as %0D [ErrWrongValue]`,
		`"https://bücher.example/"`:          `page.html:1:66: "https://bücher.example/" is no URL: 'ü' must be written as %C3%BC [ErrWrongValue]`,
		`"https://a.example/ţ"`:              `page.html:1:66: "https://a.example/ţ" is no URL: 'ţ' must be written as %C5%A3 [ErrWrongValue]`,
		`"mailto:a%0D%0Ab@c.example"`:        `page.html:1:66: "mailto:a%0D%0Ab@c.example" is no URL of one address, such as mailto:leave@acme.example [ErrWrongValue]`,
		`"mailto:@"`:                         `page.html:1:66: "mailto:@" is no URL of one address, such as mailto:leave@acme.example [ErrWrongValue]`,
		`"mailto:a@b.example%2Cc@d.example"`: `page.html:1:66: "mailto:a@b.example%2Cc@d.example" is no URL of one address, such as mailto:leave@acme.example [ErrWrongValue]`,
		`"mailto://a@b.example"`:             `page.html:1:66: "mailto://a@b.example" is no URL of one address, such as mailto:leave@acme.example [ErrWrongValue]`,
		`"mailto:a@b.example%0D%0ABcc:c@d"`:  `page.html:1:66: "mailto:a@b.example%0D%0ABcc:c@d" is no URL of one address, such as mailto:leave@acme.example [ErrWrongValue]`,
	} {
		require.Equal(t, []string{want}, mistakesIn(t, "{{sendmail "+fromTo+` "unsubscribe" `+value+"}}"))
	}
}
