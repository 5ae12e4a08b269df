//go:build linux

package crash

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// ProcessesShareTheWork has two processes send many mails that nothing delays:
// each is sent once.
func (s Suite) ProcessesShareTheWork(t *testing.T) {
	t.Parallel()
	mails := short(s, 20_000, 2000)
	h := &History{}
	place := s.Place(t)
	binary := quick(t)
	startBinary(t, h, binary, job{Place: place, Backlog: mails, Lease: lease}).await(true)
	r := newRelay(t, h)
	began := time.Now()
	j := job{Place: place, Relay: r.Addr, Lease: time.Minute, Patience: aWhile, Drain: true}
	senders := []*process{startBinary(t, h, binary, j), startBinary(t, h, binary, j)}
	for _, sender := range senders {
		sender.await(true)
		claimed := 0
		for len(sender.events) > 0 {
			if e := <-sender.events; e.Do == "claimed" {
				claimed = e.N
			}
		}
		require.Positive(t, claimed, "it has left all the work to the other")
		t.Logf("a process has sent %d mails", claimed)
	}
	t.Logf("%d mails in %v", mails, time.Since(began).Round(time.Millisecond))
	r.stop()
	v := judge(t, h, s.open(t, place))
	require.Equal(t, Verdict{Offered: mails, Acknowledged: mails, Accepted: mails}, v)
	require.Equal(t, mails, r.Counts().Mails)
}
