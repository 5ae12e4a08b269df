package main

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
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
		require.NoError(t, s.close(context.Background()))
	})
	return s, server.URL
}

func get(t *testing.T, address string) (status int, page string) {
	t.Helper()
	status, page, err := ask(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	return status, page
}

func post(t *testing.T, address string, fields url.Values) (status int, page string) {
	t.Helper()
	status, page, err := ask(t.Context(), http.MethodPost, address, fields)
	require.NoError(t, err)
	return status, page
}

// ask returns the page as its reader sees it: character references are resolved.
func ask(ctx context.Context, method, address string, fields url.Values) (status int, page string, err error) {
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(fields.Encode()))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer.StatusCode, html.UnescapeString(string(body)), err
}

// seen asks for the page until it holds all the words, and returns it.
func seen(t *testing.T, address string, words ...string) string {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); ; {
		status, page := get(t, address)
		require.Equal(t, 200, status, address)
		missing := slices.DeleteFunc(slices.Clone(words), func(word string) bool { return strings.Contains(page, word) })
		if len(missing) == 0 {
			return page
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("never seen at %s: %q in\n%s", address, missing, page)
		}
	}
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

func getRaw(s *site, path string) *httptest.ResponseRecorder {
	return serveRaw(s, httptest.NewRequest(http.MethodGet, path, nil))
}

func postRaw(s *site, path, kind, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return serveRaw(s, r)
}

func serveRaw(s *site, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.handler().ServeHTTP(w, r)
	return w
}
