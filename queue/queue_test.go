package queue

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

func TestOpenNeedsAStore(t *testing.T) {
	_, err := Open(nil, nil, Config{})
	require.ErrorContains(t, err, "queue: Open needs a Store")
}

func TestWithoutAHostMailWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := open(t, Memory(), nil, Config{})
		m := letter(Immediate, "a")
		commit(t, q, m)
		q.Signal()
		pass(time.Hour)
		requireState(t, q, m, Outgoing)
		require.NoError(t, q.Close(t.Context()))
	})
}

func TestQueueShowsItsStore(t *testing.T) {
	q := open(t, Memory(), nil, Config{})
	m := letter(Bulk, "a", "b")
	m.Route, m.Subject = "second", "hello"
	commit(t, q, letter(Normal, "a"), m)

	entries, err := q.List(t.Context(), Filter{State: Deferred}, Page{})
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Equal(t, "hello", entries[0].Subject)

	counts, err := q.Count(t.Context(), Filter{})
	require.NoError(t, err)
	require.Equal(t, map[State]int{Outgoing: 1, Deferred: 1}, counts)

	routes, err := q.Routes(t.Context())
	require.NoError(t, err)
	require.Len(t, routes, 2)

	_, err = q.Get(t.Context(), "none")
	require.ErrorIs(t, err, ErrNotFound)
}

func TestCommittedWhileSendingIsDeliveredExactlyOnce(t *testing.T) {
	const committers, commits, mails = 20, 10, 5
	r := &relay{}
	all := make(chan struct{})
	var once sync.Once
	r.during = func(*host.Envelope) {
		if len(r.attempts()) == committers*commits*mails {
			once.Do(func() { close(all) })
		}
	}
	store := Memory()
	q := open(t, store, r, Config{Senders: 4, Interval: time.Millisecond})
	var wg sync.WaitGroup
	for i := range committers {
		wg.Go(func() {
			for j := range commits {
				var batch []*Mail
				for k := range mails {
					batch = append(batch, letter(Lane((j+k)%2), fmt.Sprintf("m-%d-%d-%d", i, j, k)))
				}
				if err := q.Commit(context.Background(), batch...); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	<-all
	require.NoError(t, q.Close(context.Background()))
	times := map[string]int{}
	for _, a := range r.attempts() {
		times[a.to]++
	}
	require.Len(t, times, committers*commits*mails)
	for to, n := range times {
		require.Equal(t, 1, n, to)
	}
	counts, err := store.Count(t.Context(), Filter{})
	require.NoError(t, err)
	require.Equal(t, map[State]int{Sent: committers * commits * mails}, counts)
}

func TestOpenChecksTheHost(t *testing.T) {
	for _, addr := range []string{"", "localhost", "localhost:0"} {
		_, err := Open(Memory(), &host.SMTP{Addr: addr}, Config{})
		require.ErrorContains(t, err, "queue: the host cannot be used: host: Addr ")
	}
}
