package storetest

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var updateRules = []rule{
	{"retry applies to what is deferred, failed or uncertain", testUpdateRetry},
	{"hold applies to what is outgoing or deferred", testUpdateHold},
	{"release applies to what is held", testUpdateRelease},
	{"delete applies to all", testUpdateDelete},
	{"reschedule applies to what is outgoing or deferred", testUpdateReschedule},
	{"mail that is being sent is not changed", testUpdateSending},
	{"held mail is not sent, and released stands where it stood", testHeld},
	{"what was deleted is gone", testDeleted},
}

// byNumber is the filter of these mails.
func byNumber(mails ...int) queue.Filter {
	f := queue.Filter{IDs: []string{}}
	for _, n := range mails {
		f.IDs = append(f.IDs, mailID(n))
	}
	return f
}

// update does the operation on these mails, in one call, and returns how many changed.
func (s *subject) update(o queue.Operation, mails ...int) int {
	s.t.Helper()
	return s.change(queue.Change{Operation: o}, byNumber(mails...))
}

// change makes a change to a few mails, in one call.
func (s *subject) change(change queue.Change, filter queue.Filter) int {
	s.t.Helper()
	n, next, err := s.store.Update(s.t.Context(), filter, change, "")
	require.NoError(s.t, err)
	require.Empty(s.t, next, "that was all")
	return n
}

// insertInEveryQueue is insertInEveryState and holds the mails 7, outgoing
// before, and 8, deferred before.
func (s *subject) insertInEveryQueue() {
	s.t.Helper()
	s.insertInEveryState()
	deferred := newMail(8)
	deferred.NotBefore = time.Now().Add(far)
	s.insert(newMail(7), deferred)
	require.Equal(s.t, 2, s.update(queue.OperationHold, 7, 8))
}

// testUpdate makes a change to mail in every queue, which must change these,
// and no others; check is given each of these as it was and is.
func (s *subject) testUpdate(change queue.Change, changed []int, check func(before, after *queue.Record)) {
	s.t.Helper()
	s.insertInEveryQueue()
	before := map[int]*queue.Record{}
	for n := range 9 {
		before[n] = s.get(n)
	}
	require.Equal(s.t, len(changed), s.change(change, queue.Filter{All: true}))
	for n := range 9 {
		switch {
		case !slices.Contains(changed, n):
			require.Equal(s.t, before[n], s.get(n))
		case change.Operation == queue.OperationDelete:
			s.requireGone(n)
		default:
			check(before[n], s.get(n))
		}
	}
}

func testUpdateRetry(s *subject) {
	s.testUpdate(queue.Change{Operation: queue.OperationRetry}, []int{1, 2, 3, 4}, func(before, after *queue.Record) {
		require.Equal(s.t, queue.Outgoing, after.State)
		require.WithinDuration(s.t, time.Now(), after.Due, far/2)
		require.Equal(s.t, before.Expires, after.Expires)
		require.Equal(s.t, before.Attempts, after.Attempts)
		require.Equal(s.t, before.History, after.History)
		require.Equal(s.t, queue.RecipientPending, after.Recipients[0].State)
	})
}

func testUpdateHold(s *subject) {
	s.testUpdate(queue.Change{Operation: queue.OperationHold}, []int{3, 4, 6}, func(before, after *queue.Record) {
		before.State = queue.Held
		require.Equal(s.t, before, after)
	})
}

func testUpdateRelease(s *subject) {
	s.testUpdate(queue.Change{Operation: queue.OperationRelease}, []int{7, 8}, func(before, after *queue.Record) {
		before.State = queue.Outgoing
		if number(before.ID) == 8 {
			before.State = queue.Deferred
		}
		require.Equal(s.t, before, after)
	})
}

func testUpdateDelete(s *subject) {
	s.testUpdate(queue.Change{Operation: queue.OperationDelete}, []int{0, 1, 2, 3, 4, 6, 7, 8}, nil)
	require.Equal(s.t, 1, s.total())
}

func testUpdateReschedule(s *subject) {
	later := queue.Change{Operation: queue.OperationReschedule, In: 5 * far}
	s.testUpdate(later, []int{3, 4, 6}, func(before, after *queue.Record) {
		require.WithinDuration(s.t, time.Now().Add(5*far), after.Due, far/2)
		before.State, before.Due = queue.Deferred, after.Due
		require.Equal(s.t, before, after)
	})
}

func testUpdateSending(s *subject) {
	s.insert(newMail(1))
	lease := s.claim(all).Mails[0].Lease
	s.insert(newMail(2))
	lapsed := s.claim(brief).Mails[0].Lease
	before := []*queue.Record{s.get(1), s.get(2)}
	for o := queue.OperationRetry; o <= queue.OperationReschedule; o++ {
		require.Zero(s.t, s.change(queue.Change{Operation: o, Lifetime: 100 * far}, queue.Filter{}), "%v", o)
		require.Equal(s.t, before, []*queue.Record{s.get(1), s.get(2)}, "%v", o)
	}
	require.Equal(s.t, 2, s.finish(delivered(lease), delivered(lapsed)))
}

func testHeld(s *subject) {
	due, later := newMail(1), newMail(2)
	later.NotBefore = time.Now().Add(2 * far)
	s.insert(due, later)
	require.Equal(s.t, 2, s.update(queue.OperationHold, 1, 2))
	require.Negative(s.t, s.claimNone(all), "held mail is not waited for")
	require.Equal(s.t, map[queue.State]int{queue.Held: 2}, s.count(queue.Filter{}))

	require.Equal(s.t, 2, s.update(queue.OperationRelease, 1, 2))
	require.Equal(s.t, []int{1}, ids(s.claim(all)))
	require.Equal(s.t, map[queue.State]int{queue.Outgoing: 1, queue.Deferred: 1}, s.count(queue.Filter{}))
}

func testDeleted(s *subject) {
	m := fullMail(1)
	s.insert(m, newMail(2))
	require.Equal(s.t, 1, s.update(queue.OperationDelete, 1))
	s.requireGone(1)
	require.Equal(s.t, []int{2}, ids(s.claim(all)))
	require.Zero(s.t, s.update(queue.OperationDelete, 1), "it was deleted before")
	require.Equal(s.t, "second", s.route("second").Name, "its route has had mail")
}
