package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var totalsRules = []rule{
	{"an empty store has no totals", testTotalsEmpty},
	{"totals count by queue and lane", testTotalsQueues},
	{"totals tell how long mail has been waiting", testTotalsWaiting},
	{"totals count what came and went in each minute", testTotalsMinutes},
}

func (s *subject) totals() *queue.Totals {
	s.t.Helper()
	totals, err := s.store.Totals(s.t.Context())
	require.NoError(s.t, err)
	require.WithinDuration(s.t, time.Now(), totals.Now, far)
	return totals
}

func testTotalsEmpty(s *subject) {
	totals := s.totals()
	require.Empty(s.t, totals.Queues)
	require.Zero(s.t, totals.Waiting)
	require.Empty(s.t, totals.Minutes)
	require.Empty(s.t, totals.Mailers)
}

// A place is where mails are counted together.
type place struct {
	queue.State
	queue.Lane
}

func testTotalsQueues(s *subject) {
	s.insertInEveryQueue()
	for n, lane := range []queue.Lane{queue.Bulk, queue.Immediate, queue.Bulk} {
		m := newMail(10 + n)
		m.Lane = lane
		s.insert(m)
	}
	want := map[place]queue.Total{}
	for _, e := range s.list(queue.Filter{}, queue.Page{}) {
		total, known := want[place{e.State, e.Lane}]
		total.State, total.Lane = e.State, e.Lane
		total.Count++
		if !known || e.Queued.Before(total.Oldest) {
			total.Oldest = e.Queued
		}
		want[place{e.State, e.Lane}] = total
	}
	require.Len(s.t, want, 8)
	got := map[place]queue.Total{}
	for _, total := range s.totals().Queues {
		require.NotContains(s.t, got, place{total.State, total.Lane})
		got[place{total.State, total.Lane}] = total
	}
	require.Equal(s.t, want, got)
}

func testTotalsWaiting(s *subject) {
	waiting := func(want time.Duration, why string) {
		s.t.Helper()
		got := s.totals().Waiting
		if want == 0 {
			require.Zero(s.t, got, why)
			return
		}
		require.InDelta(s.t, want, got, halfAnHour, why)
	}
	s.insertLane(0, 1, "a", queue.Bulk, time.Now().Add(3*far))
	waiting(0, "it is not due")
	s.insertLane(1, 1, "a", queue.Immediate, time.Now().Add(-far))
	s.insertLane(2, 1, "b", queue.Bulk, time.Now().Add(-5*far))
	waiting(5*far, "the one that has waited longest, of any lane")
	s.pause("b", true)
	waiting(far, "b is paused")
	s.setRoute("a", down(far))
	waiting(0, "b is paused, a is down")
	s.pause("b", false)
	waiting(5*far, "a is down")
	s.pause(queue.AllRoutes, true)
	waiting(0, "all are paused")
	s.pause(queue.AllRoutes, false)
	s.setRoute("a", up)
	require.Equal(s.t, 1, s.update(queue.OperationHold, 2))
	waiting(far, "2 is held")
	lease := s.claim(all).Mails[0].Lease
	waiting(0, "1 is being sent")
	s.finish(delivered(lease))
	waiting(0, "1 was sent")
}

// testTotalsMinutes adds the minutes, since one may end while it runs.
func testTotalsMinutes(s *subject) {
	s.insertCounted()
	totals := s.totals()
	var sum queue.Minute
	last := time.Time{}
	for _, m := range totals.Minutes {
		require.True(s.t, m.At.Equal(m.At.Truncate(time.Minute)), "%v is no minute's beginning", m.At)
		require.WithinRange(s.t, m.At, totals.Now.Add(-far), totals.Now)
		require.True(s.t, m.At.After(last), "the minutes must be in order")
		require.NotZero(s.t, m.In+m.Out+m.Deferred+m.Failed, "nothing happened in that minute")
		sum.In, sum.Out, sum.Deferred, sum.Failed = sum.In+m.In, sum.Out+m.Out, sum.Deferred+m.Deferred, sum.Failed+m.Failed
		last = m.At
	}
	require.Equal(s.t, queue.Minute{In: 7, Out: 2, Deferred: 1, Failed: 3}, sum)
}

// insertCounted stores seven mails, and finishes two as sent, one as failed, two
// as set aside and uncertain, one as to be tried again, and one as not tried.
func (s *subject) insertCounted() {
	s.t.Helper()
	twin := keyed(9, "k")
	s.insert(keyed(0, "k"), newMail(1), newMail(2), newMail(3), newMail(4), newMail(5), newMail(6), twin)
	require.True(s.t, twin.Duplicate)
	s.insert(newMail(1), twin) // stored before
	var finishes []queue.Finish
	for _, m := range s.claim(all).Mails {
		f := delivered(m.Lease)
		f.Retry = far
		switch number(m.ID) {
		case 1:
			f.Unkept.Sent = true
		case 2:
			f.Recipients[0].State = queue.RecipientFailed
			f.Unkept.Failed = true
		case 3:
			f.Recipients[0].State, f.Failed = queue.RecipientPending, cannotBeSent
		case 4:
			f.Recipients[0].State = queue.RecipientUncertain
		case 5:
			f.Recipients[0].State = queue.RecipientPending
		case 6:
			f.Recipients, f.Attempt = nil, false
		}
		finishes = append(finishes, f)
	}
	require.Equal(s.t, 7, s.finish(finishes...))
	require.Zero(s.t, s.finish(finishes...), "what lost its lease is not counted")
}
