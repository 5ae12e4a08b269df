package storetest

import (
	"context"
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
	{"an update goes on where the last one ended", testUpdateWalk},
	{"a context that has ended changes nothing", testUpdateCancelled},
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

// walk makes a change to all that the filter matches, and returns how many that
// were.
func (s *subject) walk(filter queue.Filter, change queue.Change) (changed, calls int) {
	s.t.Helper()
	after := ""
	for {
		n, next, err := s.store.Update(s.t.Context(), filter, change, after)
		require.NoError(s.t, err)
		changed, calls = changed+n, calls+1
		if next == "" {
			return changed, calls
		}
		require.Greater(s.t, next, after, "an update must go on")
		require.LessOrEqual(s.t, n, 1000, "one call changes some hundreds")
		after = next
	}
}

func testUpdateWalk(s *subject) {
	const mails = 1203
	var batch []*queue.Mail
	for n := range mails {
		m := newMail((n * 7) % mails)
		if number(m.ID)%400 == 5 {
			m.Route = "rare"
		}
		batch = append(batch, m)
	}
	s.insert(batch...)
	// What was changed is not matched any more.
	changed, calls := s.walk(queue.Filter{State: queue.Outgoing}, queue.Change{Operation: queue.OperationHold})
	require.Equal(s.t, mails, changed)
	require.Greater(s.t, calls, 1)
	require.Equal(s.t, map[queue.State]int{queue.Held: mails}, s.count(queue.Filter{}))
	// What was changed is matched still, and is changed once.
	changed, _ = s.walk(queue.Filter{}, queue.Change{Operation: queue.OperationRelease})
	require.Equal(s.t, mails, changed)
	changed, _ = s.walk(queue.Filter{All: true}, queue.Change{Operation: queue.OperationReschedule, In: far})
	require.Equal(s.t, mails, changed)

	rare := "rare"
	changed, _ = s.walk(queue.Filter{Route: &rare}, queue.Change{Operation: queue.OperationDelete})
	require.Equal(s.t, 3, changed)
	require.Equal(s.t, mails-3, s.total())

	n, next, err := s.store.Update(s.t.Context(), queue.Filter{}, queue.Change{Operation: queue.OperationHold}, mailID(mails-3))
	require.NoError(s.t, err)
	require.Equal(s.t, 2, n, "from the first after that id")
	require.Empty(s.t, next)
	require.Equal(s.t, []int{mails - 1, mails - 2}, numbers(s.list(queue.Filter{State: queue.Held}, queue.Page{})))
}

func testUpdateCancelled(s *subject) {
	s.insertInEveryQueue()
	before := s.list(queue.Filter{}, queue.Page{})
	ctx, cancel := context.WithCancel(s.t.Context())
	cancel()
	for o := queue.OperationRetry; o <= queue.OperationReschedule; o++ {
		n, _, err := s.store.Update(ctx, queue.Filter{}, queue.Change{Operation: o}, "")
		require.Error(s.t, err)
		require.Zero(s.t, n)
	}
	_, err := s.store.Clean(ctx, queue.Retention{Sent: -1, Failed: -1, Data: -1, Keys: -1})
	require.Error(s.t, err)
	require.Equal(s.t, before, s.list(queue.Filter{}, queue.Page{}))
}
