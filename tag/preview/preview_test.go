package preview

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/tag"
)

func everyone(*http.Request) bool { return true }

// note is a page that sends one mail.
const note = "{{with sendmail}}\nFrom: a@b.example\nTo: {{.To}}\nSubject: {{.Subject}}\n\n{{.Text}}\n{{end}}"

// data is a sample of note.
func data(subject string) map[string]any {
	return map[string]any{"To": "ann@example.com", "Subject": subject, "Text": "hello"}
}

// files makes a file system of contents by path.
func files(contents map[string]string) fs.FS {
	fsys := fstest.MapFS{}
	for name, text := range contents {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// parse makes a set of templates by name.
func parse(t testing.TB, contents map[string]string) *tag.Set {
	t.Helper()
	var patterns []string
	for name := range contents {
		patterns = append(patterns, name)
	}
	set, err := tag.ParseFS(files(contents), patterns...)
	require.NoError(t, err)
	return set
}

// open returns the pages of the set, open to everyone.
func open(t testing.TB, set *tag.Set, cfg Config) http.Handler {
	t.Helper()
	if cfg.Authorize == nil {
		cfg.Authorize = everyone
	}
	h, err := New(set, cfg)
	require.NoError(t, err)
	return h
}

// shown returns the pages of a set that is the page note, with one sample.
func shown(t testing.TB, sample any) http.Handler {
	t.Helper()
	return open(t, parse(t, map[string]string{"note.html": note}), Config{
		Samples: []Sample{{Template: "note.html", Data: sample}},
	})
}

// shop returns the pages of testdata/shop below /mails.
func shop(t testing.TB) http.Handler {
	t.Helper()
	fsys := os.DirFS("testdata/shop")
	set, err := tag.ParseFS(fsys, "*.html", "*.mail")
	require.NoError(t, err)
	return open(t, set, Config{Prefix: "/mails", Files: fsys})
}

func request(h http.Handler, method, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, target, nil)
	r.Host = "localhost:8080"
	h.ServeHTTP(w, r)
	return w
}

// get returns the page, which has that status.
func get(t testing.TB, h http.Handler, status int, target string) string {
	t.Helper()
	w := request(h, http.MethodGet, target)
	require.Equal(t, status, w.Code, "%s: %s", target, w.Body)
	return w.Body.String()
}

var somePaths = []string{
	"", "/", "/mail?template=note.html", "/mail?template=none", "/frame?template=note.html",
	"/message.eml?template=note.html", "/file?template=note.html", "/nothing", "/mail?x=y",
}

func TestClosedByDefault(t *testing.T) {
	h, err := New(parse(t, map[string]string{"note.html": note}), Config{
		Prefix: "/mails", Samples: []Sample{{Template: "note.html", Data: data("secret")}},
	})
	require.NoError(t, err)
	for _, path := range somePaths {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete} {
			w := request(h, method, "/mails"+path)
			require.Equal(t, http.StatusForbidden, w.Code, path)
			require.Contains(t, w.Body.String(), "Config.Authorize")
			require.NotContains(t, w.Body.String(), "note.html")
			require.NotContains(t, w.Body.String(), "secret")
			require.NotContains(t, w.Body.String(), "<nav")
		}
	}
}

func TestOnlyThoseAuthorized(t *testing.T) {
	h := open(t, parse(t, map[string]string{"note.html": note}), Config{
		Samples:   []Sample{{Template: "note.html", Data: data("secret")}},
		Authorize: func(r *http.Request) bool { return r.Header.Get("Developer") == "yes" },
	})
	for _, path := range somePaths {
		if path == "" {
			continue
		}
		body := get(t, h, http.StatusForbidden, path)
		require.Contains(t, body, "You may not see the mails.")
		require.NotContains(t, body, "secret")
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host = "localhost"
	r.Header.Set("Developer", "yes")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	require.Equal(t, http.StatusOK, w.Code)
	require.Contains(t, w.Body.String(), "secret")
}

func TestOnlyGetAndHead(t *testing.T) {
	h := shown(t, data("hello"))
	for _, path := range append(somePaths[1:], "/style.css") {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, "BREW"} {
			w := request(h, method, path)
			require.Equal(t, http.StatusMethodNotAllowed, w.Code, path)
			require.Equal(t, "GET, HEAD", w.Header().Get("Allow"))
		}
	}
	require.Equal(t, http.StatusOK, request(h, http.MethodHead, "/").Code)
}

func TestPrefix(t *testing.T) {
	set := parse(t, map[string]string{"note.html": note})
	samples := []Sample{{Template: "note.html", Data: data("hello")}}
	for _, tt := range []struct {
		name, prefix string
		found        []string
		missing      []string
		link         string
	}{
		{"the root", "", []string{"/"}, []string{"/mails"}, `"/mail?`},
		{"a folder", "/mails", []string{"/mails", "/mails/"}, []string{"/", "/mail", "/mailsx", "/mailsmail", "/other/"}, `"/mails/mail?`},
		{"a slash too many", "/mails/", []string{"/mails", "/mails/"}, nil, `"/mails/mail?`},
		{"a slash too few", "a/b", []string{"/a/b", "/a/b/"}, []string{"/a"}, `"/a/b/mail?`},
		{"not another server", "//evil.example", []string{"/evil.example/"}, nil, `"/evil.example/mail?`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t, set, Config{Prefix: tt.prefix, Samples: samples})
			for _, path := range tt.found {
				require.Contains(t, get(t, h, http.StatusOK, path), tt.link)
			}
			for _, path := range tt.missing {
				require.Contains(t, get(t, h, http.StatusNotFound, path), "No such page")
			}
		})
	}
}

func TestMistakesOfTheApplication(t *testing.T) {
	set := parse(t, map[string]string{"note.html": note})
	_, err := New(nil, Config{})
	require.ErrorContains(t, err, "New needs a set of templates")
	for _, tt := range []struct {
		name    string
		samples []Sample
		want    string // in the error; "": none
	}{
		{"none", nil, ""},
		{"no template", []Sample{{Name: "paid"}}, "Config.Samples[0]: it has no Template"},
		{"twice", []Sample{{Template: "a"}, {Template: "a"}}, `Config.Samples[1]: the sample "a" is given twice`},
		{"two names", []Sample{{Template: "a", Name: "x"}, {Template: "a", Name: "y"}, {Template: "a"}}, ""},
		{"two locales", []Sample{{Template: "a", Locale: "de"}, {Template: "a", Locale: "pt-BR"}}, ""},
		{"no locale", []Sample{{Template: "a", Locale: "d e"}}, `the locale "d e" is no BCP 47 tag`},
		{"data twice", []Sample{{Template: "a", Data: 1, Load: load(nil, nil)}}, `the sample "a" has both Data and Load`},
		{"a long name", []Sample{{Template: "a", Name: strings.Repeat("x", 500)}}, "have 501 bytes together: at most 500"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, err := New(set, Config{Samples: tt.samples})
			if tt.want == "" {
				require.NoError(t, err)
				require.NotNil(t, h)
				return
			}
			require.ErrorContains(t, err, tt.want)
			require.Nil(t, h)
		})
	}
}

func TestHome(t *testing.T) {
	set := parse(t, map[string]string{"note.html": note})
	samples := []Sample{{Template: "note.html", Data: data("hello")}}
	for _, path := range []string{"/", "/mail?template=note.html"} {
		require.NotContains(t, get(t, open(t, set, Config{Samples: samples}), http.StatusOK, path), "Back to")
		linked := get(t, open(t, set, Config{Samples: samples, Home: "/shop?a=1&b=2"}), http.StatusOK, path)
		require.Contains(t, linked, `href="/shop?a=1&amp;b=2">Back to the site`)
	}
	require.NotContains(t, get(t, open(t, set, Config{Home: "javascript:alert(1)"}), http.StatusOK, "/"), "javascript")
}

func TestEveryLinkLeadsToAPage(t *testing.T) {
	h := shop(t)
	mux := http.NewServeMux()
	mux.Handle("/mails/", h)
	seen := map[string]bool{"/mails/": true}
	for todo := []string{"/mails/"}; len(todo) > 0; todo = todo[1:] {
		body := get(t, mux, http.StatusOK, todo[0])
		for _, attribute := range []string{`href="`, `src="`} {
			for _, part := range strings.Split(body, attribute)[1:] {
				link, _, _ := strings.Cut(part, `"`)
				link = strings.ReplaceAll(link, "&amp;", "&")
				if strings.HasPrefix(link, "/mails/") && !seen[link] {
					seen[link] = true
					todo = append(todo, link)
				}
			}
		}
	}
	for _, want := range []string{
		"/mails/style.css", "/mails/file?file=1&mail=1&template=order.html", "/mails/message.eml?mail=1&template=order.html",
		"/mails/mail?locale=de&mail=1&sample=large&template=order.html", "/mails/mail?mail=2&sample=large&template=order.html",
		"/mails/frame?images=remote&mail=1&template=order.html",
	} {
		require.Contains(t, seen, want)
	}
}
