package main

import (
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// openShop serves a shop within the test and returns its address. Its newsletter
// waits for an hour.
func openShop(t *testing.T, opts options) (*site, string) {
	t.Helper()
	opts.data = t.TempDir()
	opts.wait = time.Hour
	s, err := openSite(opts, slog.New(slog.NewTextHandler(t.Output(), nil)))
	require.NoError(t, err)
	server := httptest.NewServer(s.handler())
	t.Cleanup(func() {
		server.Close()
		require.NoError(t, s.close(t.Context()))
	})
	return s, server.URL
}

func get(t *testing.T, address string) (status int, page string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	return ask(t, request)
}

func post(t *testing.T, address string, fields url.Values) (status int, page string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(fields.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return ask(t, request)
}

// ask returns the page as its reader sees it: character references are resolved.
func ask(t *testing.T, request *http.Request) (status int, page string) {
	t.Helper()
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, html.UnescapeString(string(body))
}

// seen polls the page until it holds all the words, and returns it.
func seen(t *testing.T, address string, words ...string) string {
	t.Helper()
	var page string
	require.Eventually(t, func() bool {
		var status int
		status, page = get(t, address)
		require.Equal(t, 200, status)
		for _, word := range words {
			if !strings.Contains(page, word) {
				return false
			}
		}
		return true
	}, patience, 20*time.Millisecond, "never seen at %s: %q", address, words)
	return page
}

// nowhere requires that neither the inbox nor a queue knows the address.
func nowhere(t *testing.T, base, mailbox string) {
	t.Helper()
	for _, page := range []string{"/inbox", "/queues/outgoing", "/queues/deferred", "/queues/held", "/queues/failed", "/queues/uncertain", "/queues/sent"} {
		status, text := get(t, base+page)
		require.Equal(t, 200, status, page)
		require.NotContains(t, text, mailbox, page)
	}
}

func orderOf(mailbox string) url.Values {
	return url.Values{"product": {"hole"}, "quantity": {"2"}, "name": {"Ann Lee"}, "email": {mailbox}}
}
