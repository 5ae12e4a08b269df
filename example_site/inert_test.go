package main

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hostile is a mail that has the value wherever a mail has one.
func hostile(value string) string {
	word := mime.BEncoding.Encode("utf-8", value)
	file := mime.FormatMediaType("attachment", map[string]string{"filename": value})
	return fmt.Sprintf("From: %s <eve@evil.test>\r\nTo: %s <ann@example.com>\r\nSubject: %s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"+
		"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n%s\r\n"+
		"--b\r\nContent-Type: text/html\r\nContent-Disposition: %s\r\n\r\n%s\r\n--b--\r\n", word, word, word, value, value, file, value)
}

// Whatever a mail holds, it does nothing: not in the inbox, and not where its HTML is
// opened by itself.
func TestMailIsInert(t *testing.T) {
	b := startBrowser(t)
	s, base := openShop(t, options{})
	for _, row := range corpus(t, "html_preview_xss.txt") {
		t.Run(row[0], func(t *testing.T) {
			b.t = t
			id := letterID(deliver(t, s, hostile(row[1])))
			mails := len(s.inbox.Mails())
			v, deeds := b.visit(base + "/inbox")
			require.Empty(t, unlessPressed(row[1], deeds))
			require.Equal(t, base+"/inbox", v.Href, "the inbox was not left")
			require.Equal(t, "Inbox · Acme Shop", v.Title)
			require.Equal(t, mails, v.Articles)
			require.Equal(t, mails, v.Frames, "one for each mail")
			require.Zero(t, v.Scripts)

			v, deeds = b.visit(base + "/inbox/" + id + "/html")
			require.Empty(t, unlessPressed(row[1], deeds))
			require.Equal(t, base+"/inbox/"+id+"/html", v.Href)
		})
	}
}

// unlessPressed leaves out what follows from pressing a plain link: Chromium connects
// ahead to its host, whatever the page says, and then does not go there.
func unlessPressed(html string, deeds []string) []string {
	if !strings.Contains(html, "<a target=_blank href=https://evil.test>") {
		return deeds
	}
	return slices.DeleteFunc(deeds, func(deed string) bool { return deed == "request to evil.test:443" })
}

// The same browser sees the same mails do harm where nothing keeps them from it.
func TestWhatIsNotInertIsSeen(t *testing.T) {
	b := startBrowser(t)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, r.FormValue("page"))
	}))
	defer site.Close()
	for _, test := range []struct{ name, page, want string }{
		{"a script", "<script>alert(1)</script>", "dialog 1"},
		{"a script in a frame", `<iframe srcdoc="<script>alert(1)</script>">`, "dialog 1"},
		{"a script in a sandbox that allows it", `<iframe sandbox="allow-scripts" srcdoc="<script>console.log(1)</script>">`, "script"},
		{"an image", "<img src=http://evil.test/x>", "request to evil.test"},
		{"an image from afar", "<img src=https://evil.test/x>", "request to evil.test:443"},
		{"a clicked script", "<a href=javascript:alert(1)>click</a>", "dialog 1"},
		{"a clicked script in a frame", `<iframe srcdoc="<a href=javascript:alert(1)>click</a>">`, "dialog 1"},
		{"a window", "<a target=_blank href=http://evil.test>click</a>", "window "},
		{"a page that leads away", "<meta http-equiv=refresh content='0;url=http://evil.test/'>", "request to evil.test"},
		{"a broken script", "<script>broken()</script>", "script"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b.t = t
			_, deeds := b.visit(site.URL + "?page=" + url.QueryEscape(test.page))
			require.True(t, slices.ContainsFunc(deeds, func(deed string) bool { return strings.HasPrefix(deed, test.want) }), "%q", deeds)
		})
	}
}
