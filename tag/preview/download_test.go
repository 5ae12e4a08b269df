package preview

import (
	"mime"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue/decode"
)

// requireDownload requires an answer that a browser does not show, and returns the
// name that it is saved under.
func requireDownload(t *testing.T, header http.Header, kind string) string {
	t.Helper()
	require.Equal(t, kind, header.Get("Content-Type"))
	require.Equal(t, "sandbox; default-src 'none'", header.Get("Content-Security-Policy"))
	requireSecure(t, header)
	disposition, params, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	require.NoError(t, err)
	require.Equal(t, "attachment", disposition)
	return params["filename"]
}

func TestMessage(t *testing.T) {
	w := request(shop(t), http.MethodGet, "/mails/message.eml?template=order.html&sample=large&locale=de")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "order.html-large-de-1.eml", requireDownload(t, w.Header(), "message/rfc822"))
	m, err := decode.Mail(w.Body.Bytes())
	require.NoError(t, err)
	require.Empty(t, m.Problems)
	require.Equal(t, "Order 4712 confirmed", m.Subject)
	require.Equal(t, "Jörg Müßig, Großhandel", m.To[0].Name)
	require.Len(t, m.Attachments, 1)
	require.Contains(t, w.Body.String(), "\r\n\r\n")
	require.NotContains(t, w.Body.String(), "archive@acme.example", "Bcc stands in the envelope only")
}

func TestFiles(t *testing.T) {
	h := shop(t)
	w := request(h, http.MethodGet, "/mails/file?template=order.html&file=1")
	require.Equal(t, "Terms – AGB.txt", requireDownload(t, w.Header(), "application/octet-stream"))
	require.Equal(t, "All sales are final.\n", w.Body.String())
	w = request(h, http.MethodGet, "/mails/file?template=order.html&file=2")
	require.Equal(t, "logo.png", requireDownload(t, w.Header(), "application/octet-stream"))
	require.True(t, strings.HasPrefix(w.Body.String(), "\x89PNG"))
	require.Contains(t, get(t, h, http.StatusNotFound, "/mails/file?template=order.html&file=3"), "This mail has 2 files.")
}

func TestFileNames(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"terms.pdf", "terms.pdf"},
		{"Über uns.pdf", "Über uns.pdf"},
		{"../../etc/passwd", "passwd"},
		{`C:\Windows\x.exe`, "x.exe"},
		{"invoice\u202efdp.exe", "invoice_fdp.exe"},
		{"a\r\nX-Evil: 1", "a_X-Evil: 1"},
		{"a\x00\x7fb", "a__b"},
		{`"quoted"; x=y`, `"quoted"; x=y`},
		{"..", "unnamed"},
		{"", "unnamed"},
		{" ", "unnamed"},
		{"\xff.pdf", "_.pdf"},
		{strings.Repeat("x", 300), strings.Repeat("x", 200) + "…"},
	} {
		a := download(tt.name, "x/y", nil)
		w := request(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { a.write(w, &handler{}) }), http.MethodGet, "/")
		require.Equal(t, tt.want, requireDownload(t, w.Header(), "x/y"), tt.name)
		require.NotContains(t, w.Header().Get("Content-Disposition"), "\n")
	}
}
