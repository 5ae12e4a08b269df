package manage

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// countingStore counts how often it is asked for its totals.
type countingStore struct {
	queue.Store
	asked atomic.Int32
}

func (s *countingStore) Totals(ctx context.Context) (*queue.Totals, error) {
	s.asked.Add(1)
	return s.Store.Totals(ctx)
}

func TestTheStoreIsAskedOnceForAllViewers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &countingStore{Store: queue.Memory()}
		h := shown(t, store)
		for range 3 {
			var viewers sync.WaitGroup
			for range 100 {
				viewers.Go(func() { request(h, http.MethodGet, "/") })
			}
			viewers.Wait()
			time.Sleep(boardAge)
		}
		require.Equal(t, int32(3), store.asked.Load())
	})
}

// A recorder is a viewer that reads along.
type recorder struct {
	*httptest.ResponseRecorder
	flushed int
}

func (r *recorder) Flush() { r.flushed++ }

func (r *recorder) SetWriteDeadline(time.Time) error { return nil }

func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &countingStore{Store: queue.Memory()}
		insert(t, store, letter(1, "ann@example.com"))
		h := shown(t, store)
		ctx, leave := context.WithCancel(t.Context())
		w := &recorder{ResponseRecorder: httptest.NewRecorder()}
		go func() {
			time.Sleep(3 * boardAge)
			insert(t, store, letter(2, "ann@example.com"))
			time.Sleep(boardAge + time.Second)
			leave()
		}()
		h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/live", nil))
		require.Equal(t, "text/event-stream", w.Header().Get("Content-Type"))
		events := strings.Split(strings.TrimSpace(w.Body.String()), "\n\n")
		require.Equal(t, w.flushed, len(events))
		require.Contains(t, events[0], "event: counts\ndata: {")
		require.Contains(t, events[0], `"outgoing":"1"`)
		require.Contains(t, events[len(events)-1], `"outgoing":"2"`)
	})
}

func TestAStreamEndsInTimeAndWithTheRight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var may atomic.Bool
		may.Store(true)
		q := open(t, queue.Memory())
		h := New(q, Config{Authorize: func(*http.Request, Right) bool { return may.Load() }})
		start := time.Now()
		h.ServeHTTP(&recorder{ResponseRecorder: httptest.NewRecorder()}, httptest.NewRequest(http.MethodGet, "/live", nil))
		require.Equal(t, streamLife, time.Since(start))

		start = time.Now()
		time.AfterFunc(time.Minute, func() { may.Store(false) })
		h.ServeHTTP(&recorder{ResponseRecorder: httptest.NewRecorder()}, httptest.NewRequest(http.MethodGet, "/live", nil))
		require.LessOrEqual(t, time.Since(start), time.Minute+boardAge)
	})
}

func TestViewersAreBounded(t *testing.T) {
	h := New(open(t, queue.Memory()), Config{Authorize: everyone}).(*handler)
	for range maxViewers {
		h.viewers <- struct{}{}
	}
	w := request(h, http.MethodGet, "/live")
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Equal(t, "60", w.Header().Get("Retry-After"))
	<-h.viewers
	require.Equal(t, http.StatusOK, request(h, http.MethodHead, "/live").Code)
	require.Len(t, h.viewers, maxViewers-1, "who leaves makes room")
}

func TestAStreamOverHTTP(t *testing.T) {
	server := httptest.NewServer(shown(t, queue.Memory()))
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/live", nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	line, err := bufio.NewReader(answer.Body).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "event: counts\n", line)
}

func TestStreamsDoNotKeepAServerFromShuttingDown(t *testing.T) {
	server := &http.Server{Handler: shown(t, queue.Memory())}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	for range 2 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+"/live", nil)
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer answer.Body.Close()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	require.NoError(t, server.Shutdown(ctx))
	require.ErrorIs(t, <-served, http.ErrServerClosed)
}
