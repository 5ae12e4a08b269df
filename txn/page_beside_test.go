package txn_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/txn"
)

// A TimeoutHandler inside of Handler: its 503 rolls back, and mail that comes later is
// refused.
func TestTimeoutHandlerInside(t *testing.T) {
	overBoth(t, func(t *testing.T, start func(http.Handler) *httptest.Server) {
		c, late := &committer{}, make(chan error, 1)
		answered := make(chan bool)
		slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			add(t, r)
			<-answered
			late <- txn.FromContext(r.Context()).Add(mail("late"))
			write(w, "too late")
		})
		resp, body := do(t, start(quiet.Handler(c, http.TimeoutHandler(slow, 20*time.Millisecond, "slow"))), "GET")
		close(answered)
		require.Equal(t, 503, resp.StatusCode)
		require.Equal(t, "slow", body)
		require.ErrorIs(t, <-late, txn.ErrDone)
		require.Zero(t, c.calls)

		quick := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			add(t, r)
			w.Header().Set("X-Page", "yes")
			write(w, "hello")
		})
		resp, body = do(t, start(quiet.Handler(c, http.TimeoutHandler(quick, time.Minute, "slow"))), "GET")
		require.Equal(t, "hello", body)
		require.Equal(t, "yes", resp.Header.Get("X-Page"))
		require.Equal(t, "m", c.subjects())
	})
}

// Around Handler it says 503, and the handler that succeeds all the same commits.
func TestTimeoutHandlerAround(t *testing.T) {
	overBoth(t, func(t *testing.T, start func(http.Handler) *httptest.Server) {
		c := &committer{}
		answered, done := make(chan bool), make(chan bool)
		inner := quiet.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			add(t, r)
			if r.Header.Get("X-Slow") != "" {
				<-answered
			}
			write(w, "hello")
		}))
		site := start(http.TimeoutHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			inner.ServeHTTP(w, r)
			done <- true
		}), time.Second, "slow"))
		go func() { <-done }()
		_, body := do(t, site, "GET")
		require.Equal(t, "hello", body)
		require.Equal(t, "m", c.subjects())

		resp, body := do(t, site, "GET", "X-Slow", "yes")
		require.Equal(t, 503, resp.StatusCode)
		require.Equal(t, "slow", body)
		close(answered)
		<-done
		require.Equal(t, "m m", c.subjects())
	})
}

// proxied serves through a ReverseProxy inside of Handler.
func proxied(t *testing.T, c *committer, behind http.HandlerFunc) http.Handler {
	t.Helper()
	origin := httptest.NewServer(behind)
	t.Cleanup(origin.Close)
	target, err := url.Parse(origin.URL)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorLog = log.New(io.Discard, "", 0)
	return quiet.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		proxy.ServeHTTP(w, r)
	}))
}

func TestReverseProxyInside(t *testing.T) {
	overBoth(t, func(t *testing.T, start func(http.Handler) *httptest.Server) {
		c := &committer{}
		site := start(proxied(t, c, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Origin", "yes")
			w.WriteHeader(http.StatusEarlyHints)
			w.Header().Set("Trailer", "X-Sum")
			write(w, "hello")
			w.Header().Set("X-Sum", "7")
		}))
		resp, body := do(t, site, "GET")
		require.Equal(t, "hello", body)
		require.Equal(t, "yes", resp.Header.Get("X-Origin"))
		require.Equal(t, "7", resp.Trailer.Get("X-Sum"))
		require.Equal(t, "m", c.subjects())
	})
	t.Run("a refusal of the origin", func(t *testing.T) {
		c := &committer{}
		rec := httptest.NewRecorder()
		proxied(t, c, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusConflict) }).
			ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		require.Equal(t, 409, rec.Code)
		require.Zero(t, c.calls)
	})
	t.Run("an answer that is cut off", func(t *testing.T) {
		c := &committer{}
		site := httptest.NewServer(proxied(t, c, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			write(w, "hello")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}))
		defer site.Close()
		_, err := site.Client().Get(site.URL)
		require.Error(t, err, "nothing of it leaves")
		require.Zero(t, c.calls)
	})
	t.Run("a WebSocket", func(t *testing.T) {
		c := &committer{}
		site := httptest.NewServer(proxied(t, c, func(w http.ResponseWriter, r *http.Request) {
			if err := echo(w); err != nil {
				t.Error(err)
			}
		}))
		defer site.Close()
		status, says := converse(t, site)
		require.Equal(t, 101, status)
		require.Equal(t, "hello\n", says)
		require.Equal(t, "m", c.subjects())
	})
}

// A panic over a connection: nothing of the page, and no mail.
func TestPanicOverAConnection(t *testing.T) {
	overBoth(t, func(t *testing.T, start func(http.Handler) *httptest.Server) {
		c := &committer{}
		site := start(quiet.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			add(t, r)
			write(w, "hello")
			panic(errors.New("oops"))
		})))
		_, err := site.Client().Get(site.URL)
		require.Error(t, err)
		require.Zero(t, c.calls)
	})
}

// A visitor who goes away while the handler is at work, over a connection.
func TestClientThatWentAway(t *testing.T) {
	overBoth(t, func(t *testing.T, start func(http.Handler) *httptest.Server) {
		c, began, ended := &committer{}, make(chan bool), make(chan bool)
		c.during = func(ctx context.Context) { c.fail = ctx.Err() }
		inner := quiet.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			add(t, r)
			close(began)
			<-r.Context().Done()
			write(w, "hello")
		}))
		site := start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer close(ended)
			inner.ServeHTTP(w, r)
		}))
		client := *site.Client()
		gone := make(chan error)
		req, err := http.NewRequest("GET", site.URL, nil)
		require.NoError(t, err)
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		go func() { _, err := client.Do(req.WithContext(ctx)); gone <- err }()
		<-began
		leave()
		require.Error(t, <-gone)
		<-ended
		require.Equal(t, "m", c.subjects())
	})
}

// A rollback that the handler asks for, with its page.
func TestRollbackWithAPage(t *testing.T) {
	overBoth(t, func(t *testing.T, start func(http.Handler) *httptest.Server) {
		c := &committer{}
		site := start(quiet.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			add(t, r)
			if err := txn.FromContext(r.Context()).Rollback(); err != nil {
				t.Error(err)
			}
			write(w, "hello")
		})))
		resp, body := do(t, site, "GET")
		require.Equal(t, 200, resp.StatusCode)
		require.Equal(t, "hello", body)
		require.Zero(t, c.calls)
	})
}
