package preview

import (
	"html/template"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSecurityHeaders(t *testing.T) {
	open := shown(t, data("hello"))
	closed, err := New(parse(t, map[string]string{"note.html": note}), Config{})
	require.NoError(t, err)
	for _, h := range []http.Handler{open, closed} {
		for _, path := range []string{"/", "/mail?template=note.html", "/mail?template=note.html&tab=source", "/mail?template=x", "/nothing", "/?x=y", "/style.css", "/frame?template=note.html"} {
			header := request(h, http.MethodGet, path).Header()
			policy := header.Get("Content-Security-Policy")
			require.Contains(t, policy, "default-src 'none'; style-src 'self'; frame-src 'self';", path)
			require.Contains(t, policy, "form-action 'none'; frame-ancestors 'none'")
			require.NotContains(t, policy, "unsafe")
			require.Contains(t, header.Get("Content-Type"), "; charset=utf-8")
			requireSecure(t, header)
		}
	}
}

// requireSecure requires what every answer has.
func requireSecure(t *testing.T, header http.Header) {
	t.Helper()
	require.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))
	require.Equal(t, "no-store", header.Get("Cache-Control"))
	require.Equal(t, "no-referrer", header.Get("Referrer-Policy"))
	require.Equal(t, "same-origin", header.Get("Cross-Origin-Resource-Policy"))
	require.Equal(t, "same-origin", header.Get("Cross-Origin-Opener-Policy"))
	require.Equal(t, "off", header.Get("X-DNS-Prefetch-Control"))
}

func TestStyle(t *testing.T) {
	h, err := New(parse(t, map[string]string{"note.html": note}), Config{Prefix: "/mails"})
	require.NoError(t, err)
	w := request(h, http.MethodGet, "/mails/style.css")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "text/css; charset=utf-8", w.Header().Get("Content-Type"))
	require.NotContains(t, w.Body.String(), "url(", "the policy allows none")
	require.Contains(t, get(t, h, http.StatusForbidden, "/mails/"), `href="/mails/style.css"`)
}

func TestAPageThatCannotBeMadeIsAnError(t *testing.T) {
	for _, a := range []answer{{page: "unknown"}, {page: "list", content: "no list"}} {
		a.status = http.StatusOK
		w := request(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { a.write(w, &handler{}) }), http.MethodGet, "/")
		require.Equal(t, http.StatusInternalServerError, w.Code)
		require.NotContains(t, w.Body.String(), "<html")
		require.Contains(t, w.Body.String(), "preview: this page could not be made")
		require.NotEmpty(t, w.Header().Get("Content-Security-Policy"))
	}
}

// strange holds what must reach no page as it is: a script, an end of each context,
// a change of direction, a terminal's escape, and a byte that is not UTF-8.
const strange = "<script>alert(1)</script>'\"></pre></title><img src=x onerror=alert(1)>\u202e\x1b[2J\xff"

func TestStrangeWordsStayWords(t *testing.T) {
	page := strings.Replace(hostilePage, `{{attach .File .Bytes}}`, `{{attach "x.html" .Bytes}}`, 1)
	h := open(t, parse(t, map[string]string{"x.html": page, "bad.html": note}), Config{Samples: []Sample{
		{Template: "x.html", Name: strange, Data: map[string]any{
			"Words": strange, "HTML": template.HTML(`<a href="` + template.HTMLEscapeString(strange) + `">` + strange + `</a>`), "Bytes": []byte(strange),
		}},
		{Template: "bad.html", Name: strange, Data: map[string]any{"To": strange}},
	}})
	at := address{Template: "x.html", Sample: strange, Mail: 1}
	paths := []string{"/", "/mail?template=bad.html&sample=" + template.URLQueryEscaper(strange), "/mail?template=" + template.URLQueryEscaper(strange)}
	for _, at.Tab = range tabs {
		paths = append(paths, at.url("", pageMail))
	}
	for _, path := range paths {
		body := request(h, http.MethodGet, path).Body.String()
		require.NotEmpty(t, body)
		for _, word := range []string{"<script", "<img", "</pre></title>", "\u202e", "\x1b", "\xff"} {
			require.NotContains(t, body, word, path)
		}
	}
	for _, path := range paths[:2] {
		require.Contains(t, get(t, h, request(h, http.MethodGet, path).Code, path), "&lt;script&gt;alert(1)&lt;/script&gt;")
	}
}
