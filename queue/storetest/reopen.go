package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// testReopen compares everything that a store tells before and after.
func (suite Suite) testReopen(t *testing.T) {
	s := &subject{t, suite.Open(t)}
	s.insertInEveryQueue()
	keyed := fullMail(9)
	s.insert(keyed)
	s.setRoute("a", func(r *queue.Route) { r.Down, r.ProbeIn, r.LastError = true, 2*far, "refused" })
	s.pause("paused", true)
	s.beat(queue.Heartbeat{Mailer: "one", Process: "host 7", LastError: "disk full"})
	s.audit(queue.Audit{Who: "ann", What: "hold", Which: "all", Mails: 7})
	before := s.everything()

	s.store = suite.Reopen(t, s.store)
	t.Cleanup(func() { require.NoError(t, s.store.Close()) })
	require.Equal(t, before, s.everything())

	twin := fullMail(10)
	s.insert(twin)
	require.True(t, twin.Duplicate)
	batch := s.claim(all)
	require.Equal(t, []int{9}, ids(batch), "another's lease holds, and the route that was down is down")
	s.requireSame(keyed, batch.Mails[0].Mail)
}

// everything is what a store tells, without what changes with time.
func (s *subject) everything() (all []any) {
	s.t.Helper()
	for n := range 10 {
		all = append(all, s.get(n))
	}
	route := s.route("a")
	require.InDelta(s.t, 2*far, route.ProbeIn, halfAnHour)
	route.ProbeIn = 0
	totals := s.totals()
	require.InDelta(s.t, far, totals.Waiting, halfAnHour)
	totals.Now, totals.Waiting = time.Time{}, 0
	for i := range totals.Mailers {
		totals.Mailers[i].Seen, totals.Mailers[i].Started, totals.Mailers[i].Moved = 0, 0, 0
	}
	return append(all, s.list(queue.Filter{}, queue.Page{}), s.count(queue.Filter{}), route, s.route("paused"), totals,
		s.audits(0, 0), s.shape(queue.AnyState, 0))
}
