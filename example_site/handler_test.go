package main

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPagesAndMethods(t *testing.T) {
	_, base := openShop(t, options{})
	for _, test := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/", 200, ""},
		{"HEAD", "/", 200, ""},
		{"POST", "/", 405, "GET, HEAD"},
		{"GET", "/order", 200, ""},
		{"GET", "/order?product=hole", 200, ""},
		{"PUT", "/order", 405, "GET, HEAD, POST"},
		{"GET", "/gift-card", 200, ""},
		{"DELETE", "/gift-card", 405, "GET, HEAD, POST"},
		{"GET", "/newsletter", 200, ""},
		{"GET", "/inbox", 200, ""},
		{"POST", "/inbox", 405, "GET, HEAD"},
		{"GET", "/style.css", 200, ""},
		{"GET", "/queues", 200, ""},
		{"GET", "/queues/", 200, ""},
		{"GET", "/queues/sent", 200, ""},
		{"POST", "/queues", 405, "GET, HEAD"},
		{"GET", "/order/1", 404, ""},
		{"GET", "/templates/order.html", 404, ""},
		{"POST", "/nowhere", 404, ""},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), test.method, base+test.path, nil)
			require.NoError(t, err)
			answer, err := http.DefaultClient.Do(r)
			require.NoError(t, err)
			defer answer.Body.Close()
			require.Equal(t, test.status, answer.StatusCode)
			require.Equal(t, test.allow, answer.Header.Get("Allow"))
			require.Contains(t, answer.Header.Get("Content-Security-Policy"), "default-src 'none'")
			require.Equal(t, "nosniff", answer.Header.Get("X-Content-Type-Options"))
			if test.method != http.MethodHead {
				page, err := io.ReadAll(answer.Body)
				require.NoError(t, err)
				require.NotEmpty(t, page)
			}
		})
	}
}

var link = regexp.MustCompile(`(?:href|action)="(/[^"]*)"`)

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	_, base := openShop(t, options{})
	known, todo := map[string]bool{"/": true}, []string{"/"}
	for ; len(todo) > 0; todo = todo[1:] {
		status, page := get(t, base+todo[0])
		require.Equal(t, 200, status, todo[0])
		for _, match := range link.FindAllStringSubmatch(page, -1) {
			// Behind /queues is another handler, whose forms have places of their own.
			if !known[match[1]] && !strings.HasPrefix(match[1], "/queues/") {
				known[match[1]] = true
				todo = append(todo, match[1])
			}
		}
	}
	for _, path := range []string{"/order", "/order?product=hole", "/gift-card", "/newsletter", "/inbox", "/queues", "/style.css"} {
		require.True(t, known[path], "nothing leads to %s", path)
	}
}

func TestAFormFromElsewhereIsRefused(t *testing.T) {
	_, base := openShop(t, options{})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/order", strings.NewReader(orderOf("ann@example.com").Encode()))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://evil.example")
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusForbidden, answer.StatusCode)
	nowhere(t, base, "ann@example.com")
}
