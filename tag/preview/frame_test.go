package preview

import (
	"html/template"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFrames(t *testing.T) {
	h := shop(t)
	for _, tt := range []struct {
		query string
		want  string // figures and the classes of their frames
		src   string
	}{
		{"", "desktop,;phone,", "/mails/frame?mail=1&amp;template=order.html"},
		{"&width=phone", "phone,", "/mails/frame?mail=1&amp;template=order.html"},
		{"&width=desktop&scheme=dark", "desktop,dark", "/mails/frame?mail=1&amp;template=order.html"},
		{"&images=remote&scheme=light", "desktop,light;phone,light", "/mails/frame?images=remote&amp;mail=1&amp;template=order.html"},
	} {
		body := get(t, h, http.StatusOK, order+tt.query)
		var got []string
		for _, m := range regexp.MustCompile(`<figure class="(\w*)">[\s\S]*?<iframe sandbox="" class="(\w*)" title="[^"]+" src="([^"]*)"`).FindAllStringSubmatch(body, -1) {
			got = append(got, m[1]+","+m[2])
			require.Equal(t, tt.src, m[3])
		}
		require.Equal(t, tt.want, strings.Join(got, ";"), tt.query)
		require.Equal(t, len(got), strings.Count(body, "<iframe"), "each is sandboxed")
	}
}

func TestFramePolicy(t *testing.T) {
	h := shop(t)
	header := request(h, http.MethodGet, "/mails/frame?template=order.html").Header()
	policy := header.Get("Content-Security-Policy")
	require.Equal(t, "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "+
		"style-src 'unsafe-inline'; img-src data:; font-src data:", policy)
	require.Equal(t, "text/html; charset=utf-8", header.Get("Content-Type"))
	requireSecure(t, header)

	policy = request(h, http.MethodGet, "/mails/frame?template=order.html&images=remote").Header().Get("Content-Security-Policy")
	require.Contains(t, policy, "sandbox; default-src 'none';")
	require.Contains(t, policy, "img-src data: http: https:;")
	require.NotContains(t, policy, "script-src")
}

func TestFrame(t *testing.T) {
	body := get(t, shop(t), http.StatusOK, "/mails/frame?template=order.html")
	require.Contains(t, body, "<h1>Dear Ann Lee,</h1>")
	require.Contains(t, body, `<img src="data:image/png;base64,iVBORw0KGgo`)
	require.NotContains(t, body, "cid:")
	require.Contains(t, get(t, shop(t), http.StatusNotFound, "/mails/frame?template=order.html&sample=large&mail=2"), "This mail has no HTML part.")
}

// No policy forbids a link element to call elsewhere, so there is none, wherever a
// browser may see one.
func TestFrameHasNoLinkElement(t *testing.T) {
	const text = `<LINK rel=preconnect href=https://evil.test><svg><style><p><link rel=dns-prefetch href=//evil.test></style></svg>` +
		`<svg><![CDATA[><img alt="]]><p><Link/rel=preconnect href=//evil.test>"></svg><p>links &lt;link&gt;`
	h := open(t, parse(t, map[string]string{"x.html": hostilePage}), Config{Samples: []Sample{{Template: "x.html", Data: map[string]any{
		"Words": "x", "HTML": template.HTML(text), "File": "x", "Bytes": []byte("x"),
	}}}})
	body := get(t, h, http.StatusOK, "/frame?template=x.html")
	require.NotContains(t, strings.ToLower(body), "<link")
	require.Equal(t, 3, strings.Count(body, "<x-link"))
	require.Contains(t, body, "links &lt;link&gt;")
	require.Contains(t, get(t, h, http.StatusOK, "/frame?template=x.html&images=remote"), "<LINK rel=preconnect")
}
