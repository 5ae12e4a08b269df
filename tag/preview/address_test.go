package preview

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQueries(t *testing.T) {
	h := shown(t, data("hello"))
	for _, tt := range []struct {
		path   string
		status int
		want   string
	}{
		{"/?template=note.html", http.StatusOK, ""},
		{"/mail?template=note.html&sample=&locale=&mail=1&tab=text&width=&scheme=dark&images=remote", http.StatusOK, ""},
		{"/?x=1", http.StatusBadRequest, `This page takes no "x" in its query.`},
		{"/?mail=1", http.StatusBadRequest, `This page takes no "mail" in its query.`},
		{"/frame?template=note.html&tab=text", http.StatusBadRequest, `takes no "tab"`},
		{"/mail?template=note.html&file=1", http.StatusBadRequest, `takes no "file"`},
		{"/mail", http.StatusBadRequest, `The query has no "template".`},
		{"/mail?template=a&template=b", http.StatusBadRequest, `"template" is given more than once.`},
		{"/mail?template=note.html&mail=0", http.StatusBadRequest, `"mail" must be a number from 1.`},
		{"/mail?template=note.html&mail=-1", http.StatusBadRequest, `"mail" must be a number from 1.`},
		{"/mail?template=note.html&mail=x", http.StatusBadRequest, `"mail" must be a number from 1.`},
		{"/mail?template=note.html&mail=99999999999999999999", http.StatusBadRequest, `"mail" must be a number from 1.`},
		{"/mail?template=note.html&tab=x", http.StatusBadRequest, `"tab" must be one of html, text, calendar, amp, headers, links, parts, source.`},
		{"/mail?template=note.html&width=9px", http.StatusBadRequest, `"width" must be one of phone, desktop.`},
		{"/mail?template=note.html&scheme=x", http.StatusBadRequest, `"scheme" must be one of light, dark.`},
		{"/mail?template=note.html&images=x", http.StatusBadRequest, `"images" must be one of remote.`},
		{"/mail?a=%zz", http.StatusBadRequest, "The query is not well-formed"},
		{"/mail?template=" + strings.Repeat("x", maxQuery), http.StatusBadRequest, "The query is longer than 2000 bytes."},
		{"/mail?template=other.html", http.StatusNotFound, "There is no such sample."},
		{"/mail?template=note.html&sample=other", http.StatusNotFound, "There is no such sample."},
		{"/mail?template=note.html&locale=de", http.StatusNotFound, "There is no such sample."},
		{"/mail?template=note.html&mail=2", http.StatusNotFound, `The sample "note.html" sends 1 mail: there is no mail 2.`},
	} {
		t.Run(tt.path[:min(len(tt.path), 60)], func(t *testing.T) {
			require.Contains(t, words(get(t, h, tt.status, tt.path)), tt.want)
		})
	}
}

// The longest key that a sample may have fits the query, whatever it is made of.
func TestTheLongestKeyFits(t *testing.T) {
	s := Sample{Template: "note.html", Name: strings.Repeat("\xff", maxKey-len("note.html")), Data: data("found")}
	h := open(t, parse(t, map[string]string{"note.html": note}), Config{Samples: []Sample{s}})
	at := address{Mail: 1, Tab: "calendar", Width: "desktop", Scheme: "light", Images: "remote"}.of(sample{Sample: s})
	require.Contains(t, get(t, h, http.StatusOK, at.url("", pageMail)), "found")
}

func TestAddressesSurviveTheirURL(t *testing.T) {
	for _, at := range []address{
		{Template: "a.html", Mail: 1, File: 1},
		{Template: "a b/&?#.html", Sample: `"<é>`, Locale: "pt-BR", Mail: 12, File: 1, Tab: "text", Width: "phone", Scheme: "dark", Images: "remote"},
	} {
		u, err := url.Parse(at.url("/mails", pageMail))
		require.NoError(t, err)
		require.Equal(t, "/mails/mail", u.Path)
		got, err := readAddress(u, pageMail)
		require.NoError(t, err)
		require.Equal(t, at, got)
	}
}
