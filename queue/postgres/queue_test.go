//go:build unix

package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
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
	fastest := time.Hour
	for range 10 {
		pause(t.Context(), 2*notifyEvery) // idle for a while
		fastest = min(fastest, commit())
	}
	require.Less(t, fastest, 50*time.Millisecond)
	t.Logf("the fastest of 10 took %v from before the commit", fastest)
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
