package storetest

import (
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var awaitsRules = []rule{
	{"mail that awaits its route is due when it is up", testAwaitsRoute},
	{"mail that awaits its route is left alone where it is held, claimed or settled", testAwaitsElsewhere},
	{"mail that an operator made due later awaits its route no more", testAwaitsRescheduled},
}

// insertAwaiting stores two mails for each route, and finishes those that are
// claimed: due again in an hour, or when their route is up.
func (s *subject) insertAwaiting(routes ...string) {
	s.t.Helper()
	s.insertRoutes(routes...)
	for range routes {
		var finishes []queue.Finish
		for _, m := range s.claim(all).Mails {
			finishes = append(finishes, queue.Finish{Lease: m.Lease, Retry: far, AwaitsRoute: true})
		}
		s.finish(finishes...)
	}
}

func up(r *queue.Route) { r.Down, r.ProbeIn = false, 0 }

func testAwaitsRoute(s *subject) {
	s.insertAwaiting("a", "b")
	other := newMail(9)
	other.Route = "a"
	s.insert(other)
	s.finish(queue.Finish{Lease: s.claim(all).Mails[0].Lease, Retry: far})
	require.InDelta(s.t, far, s.claimNone(all), float64(far)/2, "it waits for its Retry where its route stays down")

	s.setRoute("a", down(0))
	s.claimNone(all)
	require.Equal(s.t, map[queue.State]int{queue.Deferred: 5}, s.count(queue.Filter{}))

	s.setRoute("a", up)
	require.Equal(s.t, []int{0, 1}, ids(s.claim(all)), "what awaits another route, or none, stays deferred")
	require.Equal(s.t, map[queue.State]int{queue.Outgoing: 2, queue.Deferred: 3}, s.count(queue.Filter{}))
	s.claimNone(all)
}

func testAwaitsElsewhere(s *subject) {
	s.insert(newMail(1), newMail(2), newMail(3), newMail(4))
	var finishes []queue.Finish
	for _, m := range s.claim(all).Mails {
		f := queue.Finish{Lease: m.Lease, AwaitsRoute: true}
		switch number(m.ID) {
		case 1:
			f = delivered(m.Lease)
			f.AwaitsRoute = true
		case 2:
			f.Retry = far
		}
		finishes = append(finishes, f)
	}
	s.finish(finishes...)
	require.Equal(s.t, 1, s.update(queue.OperationHold, 2))
	batch := s.claim(all)
	require.Equal(s.t, []int{3, 4}, ids(batch))
	s.finish(queue.Finish{Lease: batch.Mails[1].Lease, Retry: far}) // it awaits its route no more

	state := func() []*queue.Record {
		return []*queue.Record{s.get(1), s.get(2), s.get(3), s.get(4)}
	}
	before := state()
	s.setRoute("", up)
	require.Equal(s.t, before, state())
	s.claimNone(all)
	require.Equal(s.t, 1, s.finish(delivered(batch.Mails[0].Lease)), "the lease holds")
}

func testAwaitsRescheduled(s *subject) {
	s.insertAwaiting("a", "b")
	require.Equal(s.t, 1, s.change(queue.Change{Operation: queue.OperationReschedule, In: 2 * far}, byNumber(0)))
	require.Equal(s.t, 1, s.change(queue.Change{Operation: queue.OperationRetry, In: 2 * far}, byNumber(2)))
	s.setRoute("a", up)
	s.setRoute("b", up)
	require.ElementsMatch(s.t, []int{1, 3}, append(ids(s.claim(all)), ids(s.claim(all))...))
	s.claimNone(all)
}
