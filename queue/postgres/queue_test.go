//go:build unix

package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
)

// A tally is a host that delivers everything and counts how often.
type tally struct {
	mu    sync.Mutex
	times map[string]int
	heard chan string // if not nil: gets each id
}

func (h *tally) Send(_ context.Context, batch []*host.Envelope, done func(i int, reports []host.Report)) {
	for i, e := range batch {
		h.mu.Lock()
		h.times[e.ID]++
		h.mu.Unlock()
		if h.heard != nil {
			h.heard <- e.ID
		}
		var reports []host.Report
		for _, to := range e.To {
			reports = append(reports, host.Report{To: to, Outcome: host.Delivered, Code: 250})
		}
		done(i, reports)
	}
}

func (h *tally) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.times)
}

// openQueues opens a queue on each of as many nodes as there are hosts.
func openQueues(t *testing.T, interval time.Duration, hosts ...host.Host) (queues []*queue.Queue) {
	t.Helper()
	options := Options{Schema: pgtest.Schema(t, pgtest.URL(t))}
	for _, h := range hosts {
		store, err := New(t.Context(), newPool(t, pgtest.URL(t)), options)
		require.NoError(t, err)
		q, err := queue.Open(store, h, queue.Config{Interval: interval, Logger: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, q.Close(context.Background())) })
		queues = append(queues, q)
	}
	return queues
}

func newCommit(to string) *queue.Mail {
	return &queue.Mail{Envelope: host.Envelope{From: "shop@example.com", To: []string{to}, Data: []byte("Subject: x\r\n\r\nx\r\n")}}
}

// TestThreeNodesSendEachMailOnce has all of them commit and send.
func TestThreeNodesSendEachMailOnce(t *testing.T) {
	const mails = 6670 // of each node
	sent := &tally{times: map[string]int{}}
	queues := openQueues(t, 200*time.Millisecond, sent, sent, sent)
	errs := make(chan error)
	for i, q := range queues {
		go func() {
			var err error
			for n := 0; n < mails && err == nil; n += 10 {
				var batch []*queue.Mail
				for k := range 10 {
					batch = append(batch, newCommit(fmt.Sprintf("reader%d@node%d.example", n+k, i)))
				}
				err = q.Commit(t.Context(), batch...)
			}
			errs <- err
		}()
	}
	for range queues {
		require.NoError(t, <-errs)
	}
	await(t, func() bool { return sent.count() == len(queues)*mails })
	await(t, func() bool {
		counts, err := queues[0].Count(t.Context(), queue.Filter{})
		return err == nil && counts[queue.Sent] == len(queues)*mails
	})
	for id, times := range sent.times {
		require.Equal(t, 1, times, id)
	}
}

// TestImmediateMailWakesAnIdleMailer is of a node that only commits and one that
// sleeps.
func TestImmediateMailWakesAnIdleMailer(t *testing.T) {
	sent := &tally{times: map[string]int{}, heard: make(chan string, 100)}
	queues := openQueues(t, time.Hour, nil, sent)
	commit := func() time.Duration {
		m := newCommit("reader@example.com")
		m.Lane = queue.Immediate
		start := time.Now()
		require.NoError(t, queues[0].Commit(t.Context(), m))
		select {
		case <-sent.heard:
		case <-time.After(30 * time.Second):
			require.Fail(t, "the mail was slept on")
		}
		return time.Since(start)
	}
	commit() // the mailer may not have listened yet, and then looks when it does
	var took []time.Duration
	for range 30 {
		pause(t.Context(), 2*notifyEvery) // idle for a while
		took = append(took, commit())
	}
	slices.Sort(took)
	t.Logf("from before the commit until the host had it: median %v, the slowest of %d %v",
		took[len(took)/2].Round(10*time.Microsecond), len(took), took[len(took)-1].Round(10*time.Microsecond))
}

// A watchedStore counts its claims.
type watchedStore struct {
	*Store
	claims atomic.Int64
}

func (s *watchedStore) Claim(ctx context.Context, want queue.Want) (*queue.Batch, time.Duration, error) {
	defer s.claims.Add(1)
	return s.Store.Claim(ctx, want)
}

// A wall is a host of which each Send waits for its outcome.
type wall struct {
	sends    chan int // mails
	outcomes chan host.Outcome
}

func (h *wall) Send(_ context.Context, batch []*host.Envelope, done func(i int, reports []host.Report)) {
	h.sends <- len(batch)
	outcome := <-h.outcomes
	for i, e := range batch {
		done(i, []host.Report{{To: e.To[0], Outcome: outcome}})
	}
}

// TestTenNodesSendOneProbe has ten nodes look, again and again, while a route is down
// and its probe is out, and while it is paused.
func TestTenNodesSendOneProbe(t *testing.T) {
	const mails = 50
	relay := &wall{sends: make(chan int, 100), outcomes: make(chan host.Outcome, 100)}
	options := Options{Schema: pgtest.Schema(t, pgtest.URL(t))}
	var stores []*watchedStore
	var queues []*queue.Queue
	for range 10 {
		s, err := New(t.Context(), newPool(t, pgtest.URL(t)), options)
		require.NoError(t, err)
		stores = append(stores, &watchedStore{Store: s})
	}
	probe(t, stores[0])
	for _, s := range stores {
		q, err := queue.Open(s, relay, queue.Config{Interval: 20 * time.Millisecond, Logger: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, q.Close(context.Background())) })
		queues = append(queues, q)
	}
	t.Cleanup(func() { close(relay.outcomes) }) // so that queues close in a test that fails
	everybodyLooks := func() {
		for _, s := range stores {
			from := s.claims.Load()
			await(t, func() bool { return s.claims.Load() >= from+3 })
		}
	}
	for range mails {
		require.NoError(t, queues[0].Commit(t.Context(), newCommit("reader@example.com")))
	}
	for round := range 3 {
		require.Equal(t, 1, <-relay.sends)
		everybodyLooks()
		require.Empty(t, relay.sends, "ten nodes do not send ten probes")
		relay.outcomes <- host.Unreachable
		await(t, func() bool { return routeOf(t, stores[5]).Failures == round+1 })
		probe(t, stores[3])
	}
	require.Equal(t, 1, <-relay.sends)
	require.NoError(t, queues[7].Pause(t.Context(), ""))
	relay.outcomes <- host.Delivered
	await(t, func() bool { return !routeOf(t, stores[5]).Down })
	everybodyLooks()
	require.Empty(t, relay.sends, "a pause is seen by every node")
	require.NoError(t, queues[2].Resume(t.Context(), ""))
	for sent := 1; sent < mails; {
		sent += <-relay.sends
		relay.outcomes <- host.Delivered
	}
	await(t, func() bool { return counts(t, stores[0].Store)[queue.Sent] == mails })
}

func routeOf(t *testing.T, s *watchedStore) queue.Route {
	routes, err := s.Routes(t.Context())
	require.NoError(t, err)
	if len(routes) == 0 {
		return queue.Route{}
	}
	return routes[0]
}

// probe makes a probe of the route due, which is down.
func probe(t *testing.T, s *watchedStore) {
	await(t, func() bool {
		route := routeOf(t, s)
		route.Down, route.ProbeIn = true, 0
		set, err := s.SetRoute(t.Context(), route)
		require.NoError(t, err)
		return set
	})
}

func BenchmarkInsert(b *testing.B) {
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			s := openNew(b)
			b.SetParallelism(callers) // times GOMAXPROCS
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					m := newMail(0)
					m.ID = queue.NewID()
					if err := s.Insert(context.Background(), []*queue.Mail{m}); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}
