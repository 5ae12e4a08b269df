package manage

import (
	"mime"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestWhatAMailSays(t *testing.T) {
	store := queue.Memory()
	insert(t, store, full(1), letter(2, "ann@example.com"))
	h := shown(t, store)
	for _, tt := range []struct {
		path string
		want []string
	}{
		{"/text", []string{"SECRETTEXT"}},
		{"/headers", []string{`<th scope="row" class="words">X-Secret</th><td class="words wide">SECRETHEADER</td>`, "<pre tabindex=\"0\" class=\"words\">\nFrom: shop@acme.example"}},
		{"/html", []string{`<iframe sandbox src="/mail/` + id(1) + `/frame"`, "1 address not loaded", "https://evil.test/track.gif", "https://app.test/SECRETLINK"}},
		{"/files", []string{`href="/mail/` + id(1) + `/file/1" download>../../&lt;b&gt;.html</a>`, `/file/2" download>logo.png</a>`, "multipart/mixed\n  multipart/related"}},
		{"/source", []string{"Content-Type: multipart/mixed; boundary=m"}},
	} {
		page := get(t, h, http.StatusOK, "/mail/"+id(1)+tt.path)
		for _, want := range tt.want {
			require.Contains(t, page, want, tt.path)
		}
		require.NotContains(t, page, "<script>")
		require.Contains(t, page, `href="/mail/`+id(1)+tt.path+`" aria-current="page"`)
	}
	require.Contains(t, get(t, h, http.StatusOK, "/mail/"+id(2)+"/html"), "This mail has no HTML.")
	require.Contains(t, get(t, h, http.StatusOK, "/mail/"+id(2)+"/files"), "This mail has no files.")
	require.Contains(t, get(t, h, http.StatusNotFound, "/mail/"+id(2)+"/frame"), "No HTML")
}

func TestTheFrameIsASandbox(t *testing.T) {
	store := queue.Memory()
	insert(t, store, full(1))
	w := request(shown(t, store), http.MethodGet, "/mail/"+id(1)+"/frame")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
		w.Header().Get("Content-Security-Policy"))
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
		"X-DNS-Prefetch-Control": "off", "Content-Type": "text/html; charset=utf-8",
	} {
		require.Equal(t, want, w.Header().Get(name))
	}
	require.Equal(t, "<p>SECRETHTML <a>here</a>\n<img src=\"data:image/png;base64,UE5H\"><img></p>", strings.TrimSpace(w.Body.String()))
}

func TestDownloads(t *testing.T) {
	store := queue.Memory()
	m := full(1)
	insert(t, store, m)
	h := shown(t, store)
	for _, tt := range []struct{ path, name, kind, want string }{
		{"/message.eml", id(1) + ".eml", "message/rfc822", string(m.Data)},
		{"/file/1", "b_.html", "application/octet-stream", "<script>SECRETFILE</script>"},
		{"/file/2", "logo.png", "application/octet-stream", "PNG"},
	} {
		w := request(h, http.MethodGet, "/mail/"+id(1)+tt.path)
		require.Equal(t, http.StatusOK, w.Code)
		disposition, params, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
		require.NoError(t, err)
		require.Equal(t, "attachment", disposition)
		if tt.path != "/file/1" {
			require.Equal(t, tt.name, params["filename"])
		}
		require.NotContains(t, params["filename"], "/")
		require.Equal(t, tt.kind, w.Header().Get("Content-Type"))
		require.Equal(t, "sandbox; default-src 'none'; frame-ancestors 'none'", w.Header().Get("Content-Security-Policy"))
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
		require.Equal(t, tt.want, w.Body.String())
	}
	for _, number := range []string{"0", "3", "-1", "x", "", "99999999999999999999"} {
		require.Contains(t, get(t, h, http.StatusNotFound, "/mail/"+id(1)+"/file/"+number), "No such")
	}
}

func TestAMailThatCannotBeDecodedStillShowsItsSource(t *testing.T) {
	store := queue.Memory()
	m := letter(1, "ann@example.com")
	m.Data = []byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n", 1100) + "--b--\r\n")
	insert(t, store, m)
	h := shown(t, store)
	for _, tab := range []string{"text", "html", "headers", "files", "source"} {
		require.Contains(t, get(t, h, http.StatusOK, "/mail/"+id(1)+"/"+tab), "the message has more than 1000 parts", tab)
	}
	require.Contains(t, get(t, h, http.StatusOK, "/mail/"+id(1)+"/source"), "boundary=b")
}

func TestMailsOfATransactionLeadToEachOther(t *testing.T) {
	store := queue.Memory()
	h, q := operated(t, store)
	mails := []*queue.Mail{letter(1, "ann@example.com"), letter(2, "bob@example.com"), letter(3, "cid@example.com")}
	mails[2].Data = []byte("a: b\r\n")
	for _, m := range mails {
		m.ID = ""
	}
	require.NoError(t, q.Commit(t.Context(), mails[0], mails[1]))
	require.NoError(t, q.Commit(t.Context(), mails[2]))
	page := get(t, h, http.StatusOK, "/mail/"+mails[1].ID)
	require.Contains(t, page, "Committed together")
	require.Contains(t, page, `href="`+mails[0].ID+`">letter 1</a>`)
	require.Contains(t, page, `href="../all?q=transaction%3a`+mails[0].ID+`"`)
	require.NotContains(t, get(t, h, http.StatusOK, "/mail/"+mails[2].ID), "Committed together")
	ids, _ := listed(t, h, "/all?q=transaction:"+mails[0].ID)
	require.Equal(t, []string{mails[1].ID, mails[0].ID}, ids)
}
