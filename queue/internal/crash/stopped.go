//go:build linux

package crash

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
	"github.com/go-mailhost/mailhost/queue"
)

// SenderIsStopped stops a sender for twice the lease, by SIGSTOP, while another
// process takes over: what the first says later changes nothing.
func (s Suite) SenderIsStopped(t *testing.T) {
	t.Parallel()
	for _, at := range []hosttest.Place{hosttest.Greeting, hosttest.MAIL, hosttest.RCPT, hosttest.Verdict} {
		t.Run("at "+at.String(), func(t *testing.T) {
			t.Parallel()
			s.stopAt(t, at)
		})
	}
}

func (s Suite) stopAt(t *testing.T, at hosttest.Place) {
	h := &History{}
	place := s.Place(t)
	start(t, h, job{Place: place, Backlog: 5, Lease: lease}).await(true)
	store := s.open(t, place)
	r := newRelay(t, h)
	r.restart(hosttest.Fault{At: at, Do: hosttest.Hang, Times: 1})
	first := start(t, h, job{Place: place, Relay: r.Addr, Lease: lease, Patience: aWhile})
	_, err := r.Until(t.Context(), func(c hosttest.Counts) bool { return c.Held > 0 })
	require.NoError(t, err)

	first.signal(syscall.SIGSTOP)
	twice := time.After(2 * lease)
	second := start(t, h, job{Place: place, Relay: r.Addr, Lease: lease, Patience: aWhile, Drain: true})
	second.await(true)
	<-twice
	before := records(t, store)
	r.Release()
	first.signal(syscall.SIGCONT)
	for said := 0; said < 5; {
		select {
		case e := <-first.events:
			said += e.N + e.Missed
			require.Zero(t, e.N, "it has finished what another had taken over")
		case <-time.After(aWhile):
			require.Fail(t, "the one that was stopped has not come to an end", first.stderr.String())
		}
	}
	require.Equal(t, before, records(t, store))
	first.kill()
	r.stop()
	v := judge(t, h, store)
	require.Equal(t, 5, v.Accepted)
	t.Log(v)
}

// records returns all that the store says of its mails.
func records(t *testing.T, store queue.Store) []*queue.Record {
	t.Helper()
	entries, _, err := store.Search(t.Context(), queue.Filter{}, queue.Page{})
	require.NoError(t, err)
	var all []*queue.Record
	for _, e := range entries {
		record, err := store.Get(t.Context(), e.ID)
		require.NoError(t, err)
		all = append(all, record)
	}
	return all
}
