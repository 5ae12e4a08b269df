//go:build unix

package postgres

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
)

func TestClockShift(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var c clock
	require.True(t, c.stale(at))
	c.observe(at, at.Add(7*time.Millisecond), at.Add(10*time.Millisecond))
	require.Zero(t, c.shift(), "the two could be the same")
	require.False(t, c.stale(at.Add(10*time.Second)))
	require.True(t, c.stale(at.Add(2*time.Minute)))
	require.True(t, c.stale(at.Add(-time.Second)), "the node's clock was set back")

	c.observe(at.Add(time.Second), at.Add(time.Hour), at.Add(3*time.Second))
	require.Zero(t, c.shift(), "a less exact measurement does not count")
	c.observe(at.Add(time.Second), at.Add(time.Hour), at.Add(time.Second+time.Millisecond))
	require.Equal(t, time.Hour-time.Second-time.Millisecond/2, c.shift())
	c.observe(at.Add(time.Minute), at.Add(time.Minute), at.Add(time.Minute+time.Second))
	require.Zero(t, c.shift(), "but it does when the other is old")
}

// TestNodesWithOtherClocks has a node whose clock is an hour fast, and one whose is
// an hour slow.
func TestNodesWithOtherClocks(t *testing.T) {
	options := Options{Schema: pgtest.Schema(t, pgtest.URL(t))}
	pool := newPool(t, pgtest.URL(t))
	var nodes []*Store
	for _, off := range []time.Duration{time.Hour, -time.Hour} {
		now := func() time.Time { return time.Now().Add(off) }
		s := openAt(t, pool, options, now)
		nodes = append(nodes, s)
		m, later := newMail(len(nodes)), newMail(10+len(nodes))
		m.NotBefore, m.Expires = now(), now().Add(10*time.Minute)
		later.NotBefore, later.Expires = now().Add(20*time.Minute), now().Add(30*time.Minute)
		require.NoError(t, s.Insert(t.Context(), []*queue.Mail{m, later}))
	}
	for _, s := range nodes {
		batch, _, err := s.Claim(t.Context(), queue.Want{Mails: 1, Lease: 2 * time.Minute})
		require.NoError(t, err)
		require.NotNil(t, batch, "it is due, whatever the clock of the node that claims")
		require.WithinDuration(t, time.Now(), batch.Now, time.Minute, "the store's clock")
		m := batch.Mails[0].Mail
		require.WithinDuration(t, batch.Now, m.NotBefore, time.Minute)
		require.WithinDuration(t, batch.Now.Add(10*time.Minute), m.Expires, time.Minute)
		require.WithinDuration(t, batch.Now, batch.Mails[0].Queued, time.Minute)
	}
	for _, s := range nodes {
		batch, wait, err := s.Claim(t.Context(), everything)
		require.NoError(t, err)
		require.Nil(t, batch, "a lease holds, whatever the clock of the node that claims")
		require.InDelta(t, 2*time.Minute, wait, float64(time.Minute))
	}
}
