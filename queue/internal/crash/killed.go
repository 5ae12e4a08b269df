//go:build linux

package crash

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// A point is where a sender is killed: in itself, at a call of its store, or by the
// relay, which has read what it names and says nothing to it.
type point struct {
	name    string
	at      hosttest.Place // 0: in the sender
	reply   string         // what the relay says all the same
	without []string       // keywords that the relay does not offer
}

var points = []point{
	{name: beforeCommit},
	{name: afterCommit},
	{name: beforeClaim},
	{name: afterClaim},
	{name: "at connect", at: hosttest.Greeting},
	{name: "at EHLO", at: hosttest.EHLO},
	{name: "at MAIL", at: hosttest.MAIL},
	{name: "at RCPT", at: hosttest.RCPT},
	{name: "at DATA", at: hosttest.DATA, without: []string{"CHUNKING"}},
	{name: "at BDAT", at: hosttest.DATA},
	{name: "within the content, by DATA", at: hosttest.Content, without: []string{"CHUNKING"}},
	{name: "within the content, by BDAT", at: hosttest.Content},
	{name: "after the last byte, by DATA", at: hosttest.Verdict, without: []string{"CHUNKING"}},
	{name: "after the last byte, by BDAT", at: hosttest.Verdict},
	{name: "after 250", at: hosttest.Verdict, reply: "250 2.0.0 OK"},
	{name: beforeFinish},
	{name: afterFinish},
}

// rounds is how often a sender is killed at each point.
const rounds = 20

// later is the latest time at which a sender is killed that comes to a point of its
// own: by then some commit of two committers has been acknowledged.
const later = 5

// SenderIsKilled kills senders at each point, by kill -9, one after the other on
// one store: each takes over what the dead have left.
func (s Suite) SenderIsKilled(t *testing.T) {
	t.Parallel()
	for _, p := range points {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			s.killAt(t, p)
		})
	}
}

func (s Suite) killAt(t *testing.T, p point) {
	random := newRandom(t)
	h := &History{}
	place := s.Place(t)
	r := newRelay(t, h, p.without...)
	for n := range short(s, rounds, later) {
		j := job{
			Place: place, Relay: r.Addr, Lease: lease, Patience: aWhile,
			Committers: 2, Pace: 20 * time.Millisecond, Size: 30_000, Seed: random.Uint64(),
		}
		if p.at == 0 {
			j.Point, j.Nth = p.name, 1+n%later
			start(t, h, j).await(false)
			continue
		}
		r.restart(p.fault(random))
		child := start(t, h, j)
		_, err := r.Until(t.Context(), func(c hosttest.Counts) bool { return c.Held > 0 })
		require.NoError(t, err)
		child.kill()
	}
	r.stop()
	v := s.settle(t, h, place)
	require.Positive(t, v.Acknowledged)
	t.Log(v)
}

// fault holds whoever comes to the point, for one connection at random bytes of
// the content.
func (p point) fault(random *rand.Rand) hosttest.Fault {
	return hosttest.Fault{At: p.at, Reply: p.reply, Do: hosttest.Hang, After: contentAfter(p.at, random)}
}

func contentAfter(at hosttest.Place, random *rand.Rand) int {
	if at != hosttest.Content {
		return 0
	}
	return 1 + random.IntN(10_000)
}
