package txn_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/txn"
)

// A template that fails in the middle is followed by http.Error: nothing of the
// page has left, so it fails whole.
func TestPageThatFailsHalfWritten(t *testing.T) {
	c := &committer{}
	site := serve(t, txn.Config{}, c, func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		w.Header().Set("Content-Type", "text/html")
		write(w, "<h1>half a page")
		http.Error(w, "sorry", http.StatusInternalServerError)
		w.WriteHeader(http.StatusOK) // too late: it has failed
	})
	resp, body := get(t, site)
	require.Equal(t, http.StatusInternalServerError, resp.StatusCode)
	require.Equal(t, "sorry\n", body)
	require.Equal(t, "text/plain; charset=utf-8", resp.Header.Get("Content-Type"))
	require.Zero(t, c.calls)
}

func TestPageThatFailsAfterItLeft(t *testing.T) {
	c := &committer{}
	site := serve(t, txn.Config{}, c, func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		write(w, "half a page")
		w.(http.Flusher).Flush()
		w.WriteHeader(http.StatusInternalServerError)
	})
	resp, body := get(t, site)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Equal(t, "half a page", body)
	require.Equal(t, 1, c.calls, "the mail was committed before the page left")
}

// A handler often swallows why its page failed; the log tells.
func TestFailedPageIsLogged(t *testing.T) {
	var log bytes.Buffer
	c := &committer{}
	site := serve(t, txn.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))}, c, func(w http.ResponseWriter, r *http.Request) {
		txn.FromContext(r.Context()).Doom(errors.New("page.html:3:7: no recipient"))
		http.Error(w, "sorry", http.StatusInternalServerError)
	})
	get(t, site)
	site.Close()
	require.Contains(t, log.String(), "txn: a page failed")
	require.Contains(t, log.String(), "page.html:3:7: no recipient")
}
