package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// testReopen compares everything that a store tells before and after.
func (suite Suite) testReopen(t *testing.T) {
	s := &subject{t, suite.Open(t)}
	s.insertInEveryState()
	keyed := fullMail(7)
	s.insert(keyed)
	s.setRoute("a", func(r *queue.Route) { r.Down, r.ProbeIn, r.LastError = true, 2*far, "refused" })
	state := func() (all []any) {
		for n := range 8 {
			all = append(all, s.get(n))
		}
		route := s.route("a")
		require.InDelta(t, 2*far, route.ProbeIn, float64(far)/2)
		route.ProbeIn = 0
		return append(all, s.list(queue.Filter{}, queue.Page{}), s.count(queue.Filter{}), route)
	}
	before := state()

	s.store = suite.Reopen(t, s.store)
	t.Cleanup(func() { require.NoError(t, s.store.Close()) })
	require.Equal(t, before, state())

	twin := fullMail(8)
	s.insert(twin)
	require.True(t, twin.Duplicate)
	batch := s.claim(all)
	require.Equal(t, []int{7}, ids(batch), "another's lease holds, and the route that was down is down")
	s.requireSame(keyed, batch.Mails[0].Mail)
}
