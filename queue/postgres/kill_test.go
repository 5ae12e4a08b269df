//go:build unix

package postgres

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
)

// A clerk commits mail after mail, each until it is told that it is stored, and
// counts what was stored and what failed.
type clerk struct {
	stored, failed atomic.Int64
}

func (c *clerk) work(ctx context.Context, s *Store, from int) {
	for n := from; ctx.Err() == nil; n++ {
		m := newMail(n)
		m.Key = m.ID
		for s.Insert(context.Background(), []*queue.Mail{m}) != nil {
			c.failed.Add(1)
			pause(context.Background(), 10*time.Millisecond)
		}
		if !m.Duplicate {
			c.stored.Add(1)
		}
	}
}

// A carrier claims and finishes, and knows what it was told is on record.
type carrier struct {
	finished map[string]bool
	moved    atomic.Int64
	failed   atomic.Int64
}

func (c *carrier) work(ctx context.Context, s *Store) {
	for ctx.Err() == nil {
		batch, _, err := s.Claim(context.Background(), queue.Want{Mails: 5, Bytes: 1 << 20, Lease: time.Second})
		if batch == nil {
			if err != nil {
				c.failed.Add(1)
			}
			pause(ctx, 5*time.Millisecond)
			continue
		}
		for _, m := range batch.Mails {
			n, err := s.Finish(context.Background(), []queue.Finish{{Lease: m.Lease, Attempt: true, Recipients: []queue.Recipient{
				{State: queue.RecipientDelivered, Last: host.Report{Outcome: host.Delivered}},
			}}})
			if err == nil && n == 1 {
				c.finished[m.ID] = true
				c.moved.Add(1)
			}
		}
	}
}

// TestServerKilled kills the server under load and starts it again, twice.
func TestServerKilled(t *testing.T) {
	server := pgtest.Start(t)
	pool := newPool(t, server.URL)
	s := openAt(t, pool, Options{Timeout: 5 * time.Second}, time.Now)
	ctx, stop := context.WithCancel(t.Context())
	clerks, carriers, done := make([]*clerk, 6), make([]*carrier, 2), make(chan bool)
	for i := range clerks {
		clerks[i] = &clerk{}
		go func() { clerks[i].work(ctx, s, 1_000_000*i); done <- true }()
	}
	for i := range carriers {
		carriers[i] = &carrier{finished: map[string]bool{}}
		go func() { carriers[i].work(ctx, s); done <- true }()
	}
	all := func(counts func(stored, moved int64) bool) bool {
		for _, c := range clerks {
			if !counts(c.stored.Load(), 1<<60) {
				return false
			}
		}
		for _, c := range carriers {
			if !counts(1<<60, c.moved.Load()) {
				return false
			}
		}
		return true
	}
	for round := int64(1); round <= 2; round++ {
		await(t, func() bool {
			return all(func(stored, moved int64) bool { return stored >= 20*round && moved >= 10*round })
		})
		server.Kill()
		await(t, func() bool {
			return carriers[0].failed.Load()+carriers[1].failed.Load() > 0 && clerks[0].failed.Load() > 0
		})
		server.Restart(t)
	}
	await(t, func() bool { return all(func(stored, moved int64) bool { return stored >= 60 && moved >= 30 }) })
	stop()
	for range len(clerks) + len(carriers) {
		<-done
	}
	checkNothingLost(t, s, clerks, carriers)
}

func await(t *testing.T, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, time.Minute, 10*time.Millisecond)
}

func checkNothingLost(t *testing.T, s *Store, clerks []*clerk, carriers []*carrier) {
	t.Helper()
	stored := 0
	for _, c := range clerks {
		stored += int(c.stored.Load())
	}
	require.Equal(t, stored, total(t, s), "what was acknowledged is there, and what was repeated is there once")
	for _, c := range carriers {
		for id := range c.finished {
			record, err := s.Get(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, queue.Sent, record.State, id)
		}
	}
}
