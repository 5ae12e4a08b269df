package main

import (
	"encoding/json"
	"mime"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/host/hosttest"
)

// deliver sends a message to the shop's own mail server, as its mailer does, and
// returns it as it was received.
func deliver(t *testing.T, s *site, data string) hosttest.Mail {
	t.Helper()
	before := len(s.inbox.Mails())
	smtp := &host.SMTP{Addr: s.inbox.Addr}
	defer smtp.Close()
	batch := []*host.Envelope{{From: "shop@acme.example", To: []string{"ann@example.com"}, Data: []byte(data)}}
	smtp.Send(t.Context(), batch, func(_ int, reports []host.Report) {
		require.Equal(t, host.Delivered, reports[0].Outcome, reports[0].Text)
	})
	return received(t, s.inbox, before+1)[before]
}

// withParts is a message of parts: the header and body of each.
func withParts(kind string, parts ...string) string {
	return "From: Acme Shop <shop@acme.example>\r\nTo: ann@example.com\r\nSubject: Files\r\nContent-Type: multipart/" + kind + "; boundary=b\r\n\r\n--b\r\n" +
		strings.Join(parts, "\r\n--b\r\n") + "\r\n--b--\r\n"
}

func TestAMailWithHTML(t *testing.T) {
	s, base := openShop(t, options{})
	id := letterID(deliver(t, s, withParts("related", "\r\nThe text part.", "Content-Type: text/html; charset=iso-8859-1\r\n\r\n<style>p{color:red}</style><p>Zo\xeb <img src=\"cid:logo\">",
		"Content-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\n\r\nPNG")))
	_, page := get(t, base+"/inbox")
	require.Contains(t, page, `<p class="text">The text part.</p>`)
	require.Contains(t, page, `<iframe class="letter" sandbox src="/inbox/`+id+`/html"`)
	require.NotContains(t, getRaw(s, "/inbox").Body.String(), "<style>", "the source shows it, escaped")
	require.Contains(t, page, "multipart/related\n  text/plain\n  text/html\n  image/png</pre>")

	answer := getRaw(s, "/inbox/"+id+"/html")
	require.Equal(t, http.StatusOK, answer.Code)
	require.Equal(t, `<style>p{color:red}</style><p>Zoë <img src="data:image/png;base64,UE5H">`, answer.Body.String())
	require.Equal(t, "text/html; charset=utf-8", answer.Header().Get("Content-Type"))
	require.Equal(t, []string{strangerPolicy}, answer.Header().Values("Content-Security-Policy"))
	require.Equal(t, "nosniff", answer.Header().Get("X-Content-Type-Options"))
	require.Equal(t, "no-referrer", answer.Header().Get("Referrer-Policy"))
	require.Equal(t, "off", answer.Header().Get("X-DNS-Prefetch-Control"))
}

// Of a page of many mails, those that are not seen yet are not loaded.
func TestOnlyTheNewestHTMLIsLoadedAtOnce(t *testing.T) {
	s, base := openShop(t, options{})
	for range 3 {
		deliver(t, s, "From: a@example.com\r\nContent-Type: text/html\r\n\r\n<p>\r\n")
	}
	_, page := get(t, base+"/inbox")
	require.Equal(t, 3, strings.Count(page, "<iframe"))
	require.Equal(t, 2, strings.Count(page, `loading="lazy"`))
}

func TestADownload(t *testing.T) {
	s, base := openShop(t, options{})
	id := letterID(deliver(t, s, withParts("mixed", "\r\nhello",
		"Content-Type: image/svg+xml\r\nContent-Disposition: attachment; filename=\"<img src=x>.svg\"\r\n\r\n<svg onload=alert(1)>",
		"Content-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\n\r\nPNG")))
	raw := getRaw(s, "/inbox").Body.String()
	require.Contains(t, raw, `<a href="/inbox/`+id+`/file/1" download>&lt;img src=x&gt;.svg</a> <small>image/svg&#43;xml, 21 bytes</small>`)
	require.Contains(t, raw, `<a href="/inbox/`+id+`/file/2" download>logo.png</a>`)

	answer := getRaw(s, "/inbox/"+id+"/file/1")
	require.Equal(t, http.StatusOK, answer.Code)
	require.Equal(t, "<svg onload=alert(1)>", answer.Body.String())
	for name, want := range map[string]string{
		"Content-Type":            "application/octet-stream",
		"Content-Disposition":     `attachment; filename="<img src=x>.svg"`,
		"Content-Length":          "21",
		"Content-Security-Policy": "default-src 'none'; sandbox",
		"X-Content-Type-Options":  "nosniff",
	} {
		require.Equal(t, []string{want}, answer.Header().Values(name), name)
	}
	for _, path := range []string{"/file/0", "/file/3", "/file/-1", "/file/x", "/html"} {
		status, page := get(t, base+"/inbox/"+id+path)
		require.Equal(t, http.StatusNotFound, status, path)
		require.Contains(t, page, "There is no such page")
	}
	for _, path := range []string{"/inbox/0123456789abcdef/html", "/inbox/0123456789abcdef/file/1"} {
		status, _ := get(t, base+path)
		require.Equal(t, http.StatusNotFound, status, path)
	}
}

func TestAnotherServersFilesAreNotHere(t *testing.T) {
	server := relay(t)
	_, base := openShop(t, options{relay: server.Addr})
	for _, path := range []string{"/inbox/0123456789abcdef/html", "/inbox/0123456789abcdef/file/1"} {
		status, _ := get(t, base+path)
		require.Equal(t, http.StatusNotFound, status, path)
	}
}

// corpus returns the rows of a corpus file, split at tabs, with their values read.
func corpus(t *testing.T, name string) [][]string {
	t.Helper()
	data, err := os.ReadFile("testdata/corpora/" + name)
	require.NoError(t, err)
	var rows [][]string
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(strings.TrimRight(line, "\n"), "\t")
		require.NoError(t, json.Unmarshal([]byte(row[1]), &row[1]), line)
		rows = append(rows, row)
	}
	require.NotEmpty(t, rows)
	return rows
}

// Whatever a file's name, a browser gets one name, which is no path.
func TestNamesOfDownloads(t *testing.T) {
	special := map[string]string{ // that do not keep their name
		"fn-11": "passwd", "fn-13": "passwd", "fn-15": "x", "fn-17": "file-1", "fn-19": "file-1", "fn-25": "file.txt",
	}
	for _, row := range corpus(t, "filenames.txt") {
		t.Run(row[0], func(t *testing.T) {
			want, isSpecial := special[row[0]]
			if !isSpecial {
				want = row[1]
			}
			header := mime.FormatMediaType("attachment", map[string]string{"filename": fileName(row[1], 1)})
			for _, b := range []byte(header) {
				require.True(t, b >= ' ' && b < 0x7f, "%q", header)
			}
			kind, params, err := mime.ParseMediaType(header)
			require.NoError(t, err)
			require.Equal(t, "attachment", kind)
			require.Equal(t, map[string]string{"filename": want}, params)
		})
	}
}
