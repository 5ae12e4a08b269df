package txn_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/txn"
)

// The ways in which a page leaves before its handler returns.
var early = []struct {
	name string
	send func(w http.ResponseWriter)
}{
	{"Flush", func(w http.ResponseWriter) { write(w, "12345"); w.(http.Flusher).Flush() }},
	{"ResponseController", func(w http.ResponseWriter) { write(w, "12345"); _ = http.NewResponseController(w).Flush() }},
	{"larger than the buffer at once", func(w http.ResponseWriter) { write(w, "12345") }},
	{"larger than the buffer in the end", func(w http.ResponseWriter) { write(w, "1234"); write(w, "5") }},
}

func TestPageThatLeavesEarlyIsCommittedFirst(t *testing.T) {
	for _, tt := range early {
		t.Run(tt.name, func(t *testing.T) {
			c := &committer{}
			rec := httptest.NewRecorder()
			c.during = func(context.Context) { require.Zero(t, rec.Body.Len()) }
			txn.Config{MaxBuffer: 4}.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				add(t, r)
				w.WriteHeader(201)
				tt.send(w)
				require.Equal(t, 1, c.calls)
				require.Equal(t, "12345", rec.Body.String())
				require.ErrorIs(t, txn.FromContext(r.Context()).Add(mail("late")), txn.ErrDone)
				w.Header().Set(http.TrailerPrefix+"X-Trailer", "yes")
				write(w, "678")
			})).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
			require.Equal(t, 1, c.calls)
			require.Equal(t, 201, rec.Code)
			require.Equal(t, "12345678", rec.Body.String())
			require.Equal(t, "yes", rec.Result().Trailer.Get("X-Trailer"))
		})
	}
}

func TestPageThatFitsTheBufferIsHeldBack(t *testing.T) {
	c := &committer{}
	txn.Config{MaxBuffer: 4}.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		write(w, "1234")
		require.Zero(t, c.calls)
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	require.Equal(t, 1, c.calls)
}

func TestPageThatLeavesEarlyWithAnErrorStatusRollsBack(t *testing.T) {
	for _, tt := range early {
		t.Run(tt.name, func(t *testing.T) {
			c := &committer{}
			site := serve(t, txn.Config{MaxBuffer: 4}, c, func(w http.ResponseWriter, r *http.Request) {
				add(t, r)
				w.WriteHeader(404)
				tt.send(w)
			})
			resp, body := get(t, site)
			require.Equal(t, 404, resp.StatusCode)
			require.Equal(t, "12345", body)
			require.Zero(t, c.calls)
		})
	}
}

func TestPageWhoseEarlyCommitFails(t *testing.T) {
	full := errors.New("disk full")
	for _, tt := range early {
		t.Run(tt.name, func(t *testing.T) {
			c := &committer{fail: full}
			errs := make(chan error, 2)
			site := serve(t, txn.Config{MaxBuffer: 4}, c, func(w http.ResponseWriter, r *http.Request) {
				add(t, r)
				w.Header().Set("X-Page", "yes")
				tt.send(w)
				n, err := w.Write([]byte("more"))
				errs <- errors.Join(err, map[bool]error{false: fmt.Errorf("wrote %d bytes", n)}[n == 0])
				errs <- http.NewResponseController(w).Flush()
			})
			resp, body := get(t, site)
			require.Equal(t, 500, resp.StatusCode)
			require.Equal(t, "Internal Server Error\n", body)
			require.NotContains(t, resp.Header, "X-Page")
			require.ErrorIs(t, <-errs, full, "Write")
			require.ErrorIs(t, <-errs, full, "Flush")
			require.Equal(t, 1, c.calls)
		})
	}
}

func TestPageWhoseCommitterPanicWasRecovered(t *testing.T) {
	c := &committer{panics: true}
	site := serve(t, txn.Config{}, c, func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		defer func() {
			_ = recover()
			http.Error(w, "the page's own words", 500)
		}()
		w.(http.Flusher).Flush()
	})
	resp, body := get(t, site)
	require.Equal(t, 500, resp.StatusCode)
	require.Equal(t, "Internal Server Error\n", body)
	require.Equal(t, 1, c.calls)
}

// An unsteady client's connection fails once and then works.
type unsteady struct {
	*httptest.ResponseRecorder
	fail error
}

func (w *unsteady) Write(b []byte) (int, error) {
	if err := w.fail; err != nil {
		w.fail = nil
		return 0, err
	}
	return w.ResponseRecorder.Write(b)
}

func TestPageWhoseBeginningWasLostIsNotContinued(t *testing.T) {
	for _, tt := range early {
		t.Run(tt.name, func(t *testing.T) {
			c, lost := &committer{}, errors.New("connection lost")
			client := &unsteady{httptest.NewRecorder(), lost}
			txn.Config{MaxBuffer: 4}.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				add(t, r)
				write(w, "123")
				tt.send(w)
				n, err := w.Write([]byte("678"))
				require.ErrorIs(t, err, lost)
				require.Zero(t, n)
				require.ErrorIs(t, http.NewResponseController(w).Flush(), lost)
			})).ServeHTTP(client, httptest.NewRequest("GET", "/", nil))
			require.Equal(t, 1, c.calls, "the mail is committed all the same")
			require.Empty(t, client.Body.String())
		})
	}
}

func TestPageDefaultBufferIsOneMiB(t *testing.T) {
	c := &committer{}
	site := serve(t, txn.Config{}, c, func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		write(w, strings.Repeat("x", 1<<20))
		if c.calls != 0 {
			t.Error("committed although the page fits")
		}
		write(w, "x")
		if c.calls != 1 {
			t.Error("not committed although the page does not fit")
		}
	})
	_, body := get(t, site)
	require.Len(t, body, 1<<20+1)
}

func TestPageFlushWithoutAFlusherIsAnError(t *testing.T) {
	c := &committer{}
	txn.Handler(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		add(t, r)
		require.ErrorIs(t, http.NewResponseController(w).Flush(), http.ErrNotSupported)
	})).ServeHTTP(struct{ http.ResponseWriter }{httptest.NewRecorder()}, httptest.NewRequest("GET", "/", nil))
	require.Equal(t, 1, c.calls)
}
