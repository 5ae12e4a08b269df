package txn_test

import (
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/txn"
)

// serve starts a site on loopback whose transactions go to c.
func serve(t *testing.T, cfg txn.Config, c txn.Committer, page http.HandlerFunc) *httptest.Server {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	site := httptest.NewUnstartedServer(cfg.Handler(c, page))
	site.Config.ErrorLog = log.New(io.Discard, "", 0) // of the panics
	site.Start()
	t.Cleanup(site.Close)
	return site
}

func get(t *testing.T, site *httptest.Server) (*http.Response, string) {
	t.Helper()
	resp, err := site.Client().Get(site.URL)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(body)
}

// add adds a mail as a page does. It runs in the server's goroutine.
func add(t *testing.T, r *http.Request) {
	if err := txn.FromContext(r.Context()).Add(mail("m")); err != nil {
		t.Error(err)
	}
}

func write(w io.Writer, s string) { _, _ = io.WriteString(w, s) }

func TestHandlerCommitsByStatus(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int // 0: WriteHeader is not called
		body   string
		want   int
		mail   string
	}{
		{"implicit 200", 0, "hello", 200, "m"},
		{"nothing written", 0, "", 200, "m"},
		{"created", 201, "hello", 201, "m"},
		{"no content", 204, "", 204, "m"},
		{"redirect after a form", 303, "", 303, "m"},
		{"last that commits", 399, "hello", 399, "m"},
		{"bad request", 400, "sorry", 400, ""},
		{"not found", 404, "sorry", 404, ""},
		{"server error", 500, "sorry", 500, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &committer{}
			site := serve(t, txn.Config{}, c, func(w http.ResponseWriter, r *http.Request) {
				add(t, r)
				w.Header().Set("X-Page", "yes")
				if tt.status != 0 {
					w.WriteHeader(tt.status)
				}
				write(w, tt.body)
			})
			resp, body := get(t, site)
			require.Equal(t, tt.want, resp.StatusCode)
			require.Equal(t, tt.body, body)
			require.Equal(t, "yes", resp.Header.Get("X-Page"))
			require.Equal(t, tt.mail, c.subjects())
		})
	}
}

func TestHandlerFirstStatusCounts(t *testing.T) {
	c := &committer{}
	site := serve(t, txn.Config{}, c, func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		w.WriteHeader(404)
		w.WriteHeader(200)
	})
	resp, _ := get(t, site)
	require.Equal(t, 404, resp.StatusCode)
	require.Zero(t, c.calls)
}

func TestHandlerCommitsBeforeTheFirstByte(t *testing.T) {
	rec := httptest.NewRecorder()
	c := &committer{during: func(context.Context) {
		require.Zero(t, rec.Body.Len())
		require.False(t, rec.Flushed)
	}}
	txn.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		w.Header().Set("X-Page", "yes")
		write(w, "hello")
		require.Zero(t, c.calls)
	})).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	require.Equal(t, 1, c.calls)
	require.Equal(t, "hello", rec.Body.String())
}

func TestHandlerFailedCommitIsAPlain500(t *testing.T) {
	doom := func(r *http.Request) { txn.FromContext(r.Context()).Doom(errors.New("page 7 failed")) }
	for _, tt := range []struct {
		name string
		c    *committer
		also func(r *http.Request)
		log  string
	}{
		{"the committer fails", &committer{fail: errors.New("disk full")}, func(*http.Request) {}, "disk full"},
		{"a page doomed it", &committer{}, doom, "page 7 failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var logged strings.Builder
			cfg := txn.Config{Logger: slog.New(slog.NewTextHandler(&logged, nil))}
			site := serve(t, cfg, tt.c, func(w http.ResponseWriter, r *http.Request) {
				add(t, r)
				tt.also(r)
				w.Header().Set("X-Page", "secret")
				w.Header().Set("Set-Cookie", "session=secret")
				w.WriteHeader(201)
				write(w, "a secret")
			})
			resp, body := get(t, site)
			require.Equal(t, 500, resp.StatusCode)
			require.Equal(t, "Internal Server Error\n", body)
			require.NotContains(t, resp.Header, "X-Page")
			require.NotContains(t, resp.Header, "Set-Cookie")
			require.Empty(t, tt.c.subjects())
			site.Close() // so that the log is written
			require.Contains(t, logged.String(), `msg="txn: commit failed"`)
			require.Contains(t, logged.String(), tt.log)
			require.Contains(t, logged.String(), "method=GET")
		})
	}
}

func TestHandlerKeepsOuterHeaders(t *testing.T) {
	for _, fail := range []error{nil, errors.New("disk full")} {
		c := &committer{fail: fail}
		inner := txn.Config{Logger: slog.New(slog.DiscardHandler)}.Handler(c,
			http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				add(t, r)
				w.Header().Del("X-Removed")
				w.Header().Set("X-Page", "yes")
			}))
		rec := httptest.NewRecorder()
		rec.Header().Set("X-Outer", "yes")
		rec.Header().Set("X-Removed", "yes")
		inner.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		got := rec.Result().Header
		require.Equal(t, "yes", got.Get("X-Outer"))
		require.Equal(t, fail != nil, got.Get("X-Removed") == "yes", "the page's own removal")
		require.Equal(t, fail == nil, got.Get("X-Page") == "yes")
	}
}

func TestHandlerPanicRollsBackAndGoesOn(t *testing.T) {
	for _, tt := range []struct {
		name  string
		c     *committer
		value any
		page  func()
	}{
		{"the page panics", &committer{}, "oops", func() { panic("oops") }},
		{"the page aborts", &committer{}, http.ErrAbortHandler, func() { panic(http.ErrAbortHandler) }},
		{"the committer panics", &committer{panics: true}, "committer", func() {}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var tx *txn.Txn
			handler := txn.Handler(tt.c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				tx = txn.FromContext(r.Context())
				add(t, r)
				w.Header().Set("X-Page", "yes")
				write(w, "hello")
				tt.page()
			}))
			rec := httptest.NewRecorder()
			require.PanicsWithValue(t, tt.value, func() {
				handler.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
			})
			require.Zero(t, rec.Body.Len())
			require.Empty(t, rec.Header())
			require.Empty(t, tt.c.subjects())
			require.ErrorIs(t, tx.Add(mail("late")), txn.ErrDone)

			site := serve(t, txn.Config{}, tt.c, handler.ServeHTTP)
			_, err := site.Client().Get(site.URL)
			require.Error(t, err, "the connection is closed without an answer")
		})
	}
}

func TestHandlerInvalidStatusPanicsBeforeTheCommit(t *testing.T) {
	c := &committer{}
	handler := txn.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		w.WriteHeader(99)
	}))
	require.Panics(t, func() {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	})
	require.Zero(t, c.calls)
}

func TestHandlerExplicitEndWins(t *testing.T) {
	for _, tt := range []struct {
		name   string
		end    func(tx *txn.Txn, ctx context.Context) error
		status int
		mail   string
	}{
		{"commit, then an error page", (*txn.Txn).Commit, 500, "m"},
		{"rollback, then a page", func(tx *txn.Txn, _ context.Context) error { return tx.Rollback() }, 200, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &committer{}
			site := serve(t, txn.Config{}, c, func(w http.ResponseWriter, r *http.Request) {
				add(t, r)
				if err := tt.end(txn.FromContext(r.Context()), r.Context()); err != nil {
					t.Error(err)
				}
				w.WriteHeader(tt.status)
				write(w, "page")
			})
			resp, body := get(t, site)
			require.Equal(t, tt.status, resp.StatusCode)
			require.Equal(t, "page", body)
			require.Equal(t, tt.mail, c.subjects())
		})
	}
}

func TestHandlerClientGoneStillCommits(t *testing.T) {
	type key struct{}
	var hasDeadline bool
	c := &committer{}
	c.during = func(ctx context.Context) {
		require.NoError(t, ctx.Err())
		require.Equal(t, "kept", ctx.Value(key{}))
		_, hasDeadline = ctx.Deadline()
	}
	ctx, gone := context.WithCancel(context.WithValue(t.Context(), key{}, "kept"))
	txn.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		gone()
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	require.Equal(t, "m", c.subjects())
	require.True(t, hasDeadline)
}

func TestHandlerCommitTimesOut(t *testing.T) {
	c := &committer{}
	c.during = func(ctx context.Context) {
		<-ctx.Done()
		c.fail = ctx.Err()
	}
	site := serve(t, txn.Config{Timeout: time.Nanosecond}, c, func(w http.ResponseWriter, r *http.Request) { add(t, r) })
	resp, _ := get(t, site)
	require.Equal(t, 500, resp.StatusCode)
}

func TestHandlerInformationalAnswers(t *testing.T) {
	c := &committer{fail: errors.New("disk full")}
	hinted := make(chan textproto.MIMEHeader, 1)
	site := serve(t, txn.Config{}, c, func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		write(w, "hello")
		select { // a hint that was held back with the page would never come
		case h := <-hinted:
			hinted <- h
		case <-r.Context().Done():
		}
	})
	trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
		hinted <- h
		return nil
	}}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), "GET", site.URL, nil)
	require.NoError(t, err)
	resp, err := site.Client().Do(req)
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, "</style.css>; rel=preload", (<-hinted).Get("Link"))
	require.Equal(t, 500, resp.StatusCode)
	require.NotContains(t, resp.Header, "Link", "nothing of the page's headers")
}
