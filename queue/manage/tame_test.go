package manage

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/go-mailhost/mailhost/queue/decode"
)

func TestTame(t *testing.T) {
	for _, tt := range []struct{ name, html, want, blocked, links string }{
		{"words", "<p class=a>Hello &amp; <b>you</b> &lt;x&gt;</p>", `<p class="a">Hello &amp; <b>you</b> &lt;x&gt;</p>`, "", ""},
		{"an image of the mail", `<img src="cid:logo" alt=x>`, `<img src="data:image/png;base64,UE5H" alt="x">`, "", ""},
		{"a remote image", `<img src="https://evil.test/a.gif" alt=x>`, `<img alt="x">`, "https://evil.test/a.gif", ""},
		{"a set", `<img srcset="https://evil.test/a.gif 2x">`, `<img>`, "https://evil.test/a.gif 2x", ""},
		{"a background", `<td background="//evil.test/a">x</td>`, `<td>x</td>`, "//evil.test/a", ""},
		{"a link", `<a href="https://example.com/?a=1&amp;b" target=_blank ping=//evil.test>here</a>`, `<a>here</a>`, "", "https://example.com/?a=1&b"},
		{"a script", `a<script>alert("</p>")</script>b`, `ab`, "", ""},
		{"a remote script", `<script src=//evil.test/x></script>b`, `b`, "//evil.test/x", ""},
		{"a handler", `<p onclick=alert(1) ONLOAD=x id=a>`, `<p id="a">`, "", ""},
		{"a refresh", `<meta http-equiv=refresh content="0;url=//evil.test"><base href=//evil.test><link rel=preconnect href=//evil.test>x`, `x`, "//evil.test", ""},
		{"a form", `<form action=//evil.test><input name=a><button formaction=//evil.test>x</button></form>`, `x`, "", ""},
		{"a frame", `<iframe srcdoc="<script>">x</iframe>y<object data=//evil.test>z</object>`, `y`, "//evil.test", ""},
		{"a style", `<style>p{background:url(//evil.test/a)} a>b{}</style>`, `<style>p{background:url(//evil.test/a)} a>b{}</style>`, "//evil.test/a", ""},
		{"a style of its own", `<p style="background:url('https://evil.test/b')">x`, `<p style="background:url(&#39;https://evil.test/b&#39;)">x`, "https://evil.test/b", ""},
		{"an import", `<style>@import "https://evil.test/c";</style>`, `<style>@import "https://evil.test/c";</style>`, "https://evil.test/c", ""},
		{"a drawing", `<svg><image xlink:href="//evil.test/d"/><use href="#a"/><text>x</text></svg>`, `<svg><image/><text>x</text></svg>`, "//evil.test/d", ""},
		{"a comment", `a<!--[if mso]><img src=//evil.test><![endif]-->b`, `ab`, "", ""},
		{"a data: page", `<img src="data:text/html,<script>"><a href="javascript:alert(1)">x</a>`, `<img><a>x</a>`, "data:text/html,<script>", "javascript:alert(1)"},
		{"an end that is missing", `<p>x<img src="y`, `<p>x`, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tame(&decode.Message{HTML: tt.html, Images: []decode.File{{ContentID: "logo", Type: "image/png", Data: []byte("PNG")}}})
			require.Equal(t, tt.want, got.html)
			require.Equal(t, tt.blocked, strings.Join(got.blocked, ","))
			require.Equal(t, tt.links, strings.Join(got.links, ","))
		})
	}
}

func TestWhatIsToldOfAddressesIsBounded(t *testing.T) {
	var text strings.Builder
	for n := range 3 * maxTold {
		text.WriteString(`<a href="https://x.example/` + strings.Repeat("x", n) + `"><img src="//y.example/` + strings.Repeat("y", 2*maxAddress+n) + `">`)
	}
	got := tame(&decode.Message{HTML: text.String()})
	require.Len(t, got.links, maxTold)
	require.LessOrEqual(t, len(got.blocked), maxTold)
	require.Len(t, got.blocked[0], maxAddress)
}

// harmless requires that nothing is left that could act, load or lead anywhere.
func harmless(t *testing.T, text string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	require.NoError(t, err)
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		require.NotContains(t, dropped, n.Data)
		for _, a := range n.Attr {
			key := strings.ToLower(a.Key)
			require.False(t, strings.HasPrefix(key, "on"), "%s=%s", a.Key, a.Val)
			require.NotContains(t, []string{"href", "action", "formaction", "srcdoc", "target", "ping"}, key)
			if loads[key] {
				require.True(t, isPicture(a.Val), "%s=%s", a.Key, a.Val)
			}
		}
	}
}

func TestTheCorpusIsTamed(t *testing.T) {
	data, err := os.ReadFile("testdata/corpora/html_preview_xss.txt")
	require.NoError(t, err)
	rows := 0
	for line := range strings.Lines(string(data)) {
		columns := strings.Split(line, "\t")
		if strings.HasPrefix(line, "#") || len(columns) < 2 {
			continue
		}
		var text string
		if json.Unmarshal([]byte(columns[1]), &text) != nil {
			require.Equal(t, "(event)", columns[1][:min(len(columns[1]), 7)], line)
			continue
		}
		rows++
		harmless(t, tame(&decode.Message{HTML: text}).html)
	}
	require.Greater(t, rows, 20)
}

func FuzzTame(f *testing.F) {
	f.Add(`<svg><style><img src=x onerror=alert(1)></style></svg>`)
	f.Add(`<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`)
	f.Add(`<p a="<script>" onx=1><noscript><p title="</noscript><img src=x onerror=alert(1)>">`)
	f.Fuzz(func(t *testing.T, text string) {
		got := tame(&decode.Message{HTML: text})
		require.LessOrEqual(t, len(got.blocked)+len(got.links), 2*maxTold)
		harmless(t, got.html)
	})
}
