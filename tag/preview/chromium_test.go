package preview

import (
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hostilePage sends a mail each place of which says what its data says.
const hostilePage = `{{with sendmail}}
From: {{.Words}} <a@b.example>
To: {{.Words}} <c@d.example>
Subject: {{.Words}}

{{with part "text/plain"}}{{.Words}}{{end}}
{{with part "text/html"}}{{.HTML}}{{end}}
{{attach .File .Bytes}}
{{end}}`

func hostile(text string) map[string]any {
	file := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, text)
	return map[string]any{"Words": text, "HTML": template.HTML(text), "File": file + ".html", "Bytes": []byte(text)}
}

// attack is what a mail may try.
type attack struct{ name, html string }

// attacks returns the rows of the corpus, and more.
func attacks(t *testing.T) []attack {
	t.Helper()
	data, err := os.ReadFile("testdata/corpora/html_preview_xss.txt")
	require.NoError(t, err)
	list := []attack{
		{"preconnect", `<link rel=preconnect href=https://evil.test>`},
		{"dns-prefetch", `<link rel=dns-prefetch href=https://evil.test>`},
		{"prefetch", `<link rel=prefetch href=https://evil.test/x>`},
		{"preload", `<link rel=preload as=image href=https://evil.test/x>`},
		{"import", `<style>@import "https://evil.test/x.css";</style>`},
		{"font", `<style>@font-face{font-family:x;src:url(https://evil.test/x)}body{font-family:x}</style>text`},
		{"srcset", `<img srcset="https://evil.test/a 1x, https://evil.test/b 2x">`},
		{"top link", `<a href=https://evil.test target=_top>top</a>`},
		{"link", `<a href=https://evil.test>here</a>`},
		{"ping", `<a href=#x ping=https://evil.test>here</a>`},
		{"top form", `<form action=https://evil.test target=_top><button>send</button></form>`},
		{"base", `<base href=https://evil.test/ target=_top><a href=x>here</a><img src=x>`},
		{"script refresh", `<meta http-equiv=refresh content="0;url=javascript:parent.alert(1)">`},
		{"data refresh", `<meta http-equiv=refresh content="0;url=data:text/html,<script>alert(1)</script>">`},
		{"srcdoc", `<iframe srcdoc="<script>parent.parent.alert(1)</script>"></iframe>`},
		{"import map", `<script type=importmap>{"imports":{"x":"https://evil.test/x.js"}}</script><script type=module>import "x"</script>`},
		{"speculation", `<script type=speculationrules>{"prefetch":[{"urls":["https://evil.test/x"]}]}</script>`},
		{"own policy", `<meta http-equiv=Content-Security-Policy content="default-src *"><img src=https://evil.test/x>`},
		{"broken tag", `<img src="cid:x" <script>alert(1)</script> onerror=alert(1) src=https://evil.test/x>`},
	}
	for line := range strings.Lines(string(data)) {
		columns := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(columns) != 3 {
			continue
		}
		var text string
		require.NoError(t, json.Unmarshal([]byte(columns[1]), &text))
		list = append(list, attack{columns[0], text})
	}
	require.Greater(t, len(list), 45)
	return list
}

// hostileSite serves the preview of a page that sends each attack, as the sample of
// its name, and returns its address and the page of a mail that it served last.
func hostileSite(t *testing.T, list []attack) (base string, last *string) {
	t.Helper()
	var samples []Sample
	for _, a := range list {
		samples = append(samples, Sample{Template: "x.html", Name: a.name, Data: hostile(a.html)})
	}
	h := open(t, parse(t, map[string]string{"x.html": hostilePage}), Config{Prefix: "/mails", Samples: samples})
	last = new(string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		record := httptest.NewRecorder()
		h.ServeHTTP(record, r)
		if strings.HasPrefix(r.URL.Path, "/mails/mail") {
			*last = record.Body.String()
		}
		maps.Copy(w.Header(), record.Header())
		w.WriteHeader(record.Code)
		w.Write(record.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	return server.URL + "/mails/", last
}

// TestMailIsInert shows the HTML of each attack in the page of its mail and alone,
// and all of them in every other place.
func TestMailIsInert(t *testing.T) {
	b := startBrowser(t)
	list := attacks(t)
	words := ""
	for _, a := range list {
		words += a.html + "\n"
	}
	everything := attack{`"><img src=x onerror=alert(1)>`, words}
	base, served := hostileSite(t, append(list, everything))
	inert := func(t *testing.T, path string) {
		b.t = t
		p := b.show(base + path)
		defer p.close()
		require.Equal(t, base+path, p.address(), "the top of the page stays where it is")
		if strings.HasPrefix(path, "mail") {
			p.requireAsServed(*served)
		}
		require.Empty(t, b.did(), path)
	}
	for _, a := range list {
		t.Run(a.name, func(t *testing.T) {
			query := "?template=x.html&sample=" + url.QueryEscape(a.name)
			inert(t, "mail"+query+"&width=phone")
			inert(t, "frame"+query)
		})
	}
	t.Run("list", func(t *testing.T) { inert(t, "") })
	for _, tab := range tabs {
		t.Run(tab, func(t *testing.T) {
			inert(t, "mail?template=x.html&tab="+tab+"&sample="+url.QueryEscape(everything.name))
		})
	}
}

// TestClicksLeadNowhere clicks at each attack that has something to click at. When
// the button goes down on a link, Chromium connects to its host: that it asks for
// nothing there is what counts.
func TestClicksLeadNowhere(t *testing.T) {
	b := startBrowser(t)
	list := slices.DeleteFunc(attacks(t), func(a attack) bool {
		return !strings.Contains(a.html, "<a ") && !strings.Contains(a.html, "<button") && !strings.Contains(a.html, "<input")
	})
	require.Greater(t, len(list), 8)
	base, served := hostileSite(t, list)
	for _, a := range list {
		t.Run(a.name, func(t *testing.T) {
			b.t = t
			address := base + "mail?template=x.html&width=phone&sample=" + url.QueryEscape(a.name)
			p := b.show(address)
			defer p.close()
			require.NotEmpty(t, b.frames)
			for _, frame := range b.frames {
				p.click(frame)
			}
			require.Equal(t, address, p.address(), "the top of the page stays where it is")
			p.requireAsServed(*served)
			require.Contains(t, []string{"", "connected elsewhere"}, b.did())
		})
	}
}

func (p *page) address() (address string) {
	p.evaluate("location.href", &address)
	return address
}

// requireAsServed requires that nothing has changed the page around the frames.
func (p *page) requireAsServed(body string) {
	data, err := json.Marshal(body)
	require.NoError(p.t, err)
	var same bool
	p.evaluate("document.documentElement.outerHTML === new DOMParser().parseFromString("+string(data)+", 'text/html').documentElement.outerHTML", &same)
	require.True(p.t, same, "the page is as it was served")
}

// TestAttacksWorkWithoutThePreview shows that TestMailIsInert can see what it looks
// for: the same HTML, as a page of its own, does it.
func TestAttacksWorkWithoutThePreview(t *testing.T) {
	b := startBrowser(t)
	for _, tt := range []struct{ name, did string }{
		{"xs-01", `dialog "1"`},
		{"xs-03", `dialog "1"`},
		{"xs-21", "asked elsewhere"},
		{"xs-19", "asked elsewhere"},
		{"preconnect", "connected elsewhere"},
		{"xs-15", "asked elsewhere"},
		{"xs-35", `window "https://evil.test/"`},
		{"link", "asked elsewhere"},
		{"top link", "asked elsewhere"},
		{"top form", "asked elsewhere"},
		{"ping", "asked elsewhere"},
		{"xs-13", `dialog "1"`},
		{"srcdoc", `dialog "1"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b.t = t
			for _, a := range attacks(t) {
				if a.name != tt.name {
					continue
				}
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "text/html")
					w.Write([]byte(a.html))
				}))
				defer server.Close()
				p := b.show(server.URL)
				p.click(p.session)
				p.close()
				require.Contains(t, b.did(), tt.did)
			}
		})
	}
}

// TestLook shows the shop's mails as their author sees them.
func TestLook(t *testing.T) {
	server := httptest.NewServer(shop(t))
	t.Cleanup(server.Close)
	b := startBrowser(t)
	for _, tt := range []struct {
		query  string
		frames [][]any // width in pixels, whether it is dark, width of its image
	}{
		{"", [][]any{{800.0, false, 64.0}, {375.0, false, 64.0}}},
		{"&width=phone", [][]any{{375.0, false, 64.0}}},
		{"&width=phone&scheme=dark", [][]any{{375.0, true, 64.0}}},
		{"&width=desktop&scheme=light", [][]any{{800.0, false, 64.0}}},
	} {
		t.Run(tt.query, func(t *testing.T) {
			b.t = t
			p := b.show(server.URL + order + tt.query)
			defer p.close()
			var got [][]any
			for _, frame := range b.frames {
				var seen []any
				b.evaluateIn(frame, "[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, document.images[0].naturalWidth]", &seen)
				got = append(got, seen)
			}
			require.ElementsMatch(t, tt.frames, got)
			require.Empty(t, b.did())
		})
	}
}

// TestPhoneFirstOnAPhone shows that an author with a phone in the hand need not scroll
// past the frame that is as wide as a desktop.
func TestPhoneFirstOnAPhone(t *testing.T) {
	server := httptest.NewServer(shop(t))
	t.Cleanup(server.Close)
	b := startBrowser(t)
	for width, want := range map[int]string{360: "phone", 1280: "desktop"} {
		p := b.showAt(server.URL+order, width)
		var first string
		p.evaluate("[...document.querySelectorAll('figure')].sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)[0].className", &first)
		require.Equal(t, want, first)
		p.close()
	}
}

// TestNothingIsCutOffOnAPhone looks for pages that are wider than the window.
func TestNothingIsCutOffOnAPhone(t *testing.T) {
	server := httptest.NewServer(shop(t))
	t.Cleanup(server.Close)
	b := startBrowser(t)
	paths := []string{"/mails/", "/mails/mail?template=none"}
	for _, tab := range tabs {
		paths = append(paths, order+"&sample=large&tab="+tab)
	}
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			b.t = t
			p := b.showAt(server.URL+path, 360)
			defer p.close()
			var width float64
			p.evaluate("document.documentElement.scrollWidth", &width)
			require.LessOrEqual(t, width, 360.0)
		})
	}
}

// TestRemoteImages shows that they are loaded where the reader says so, and that
// scripts still are not.
func TestRemoteImages(t *testing.T) {
	b := startBrowser(t)
	base, _ := hostileSite(t, []attack{{"image", `<img src=https://evil.test/x.png><script>alert(1)</script>`}})
	for query, want := range map[string]string{"": "", "&images=remote": "asked elsewhere"} {
		p := b.show(base + "mail?template=x.html&sample=image" + query)
		b.errors = nil // what cannot be loaded
		require.Equal(t, want, b.did(), query)
		p.close()
	}
}
