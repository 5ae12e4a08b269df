package storetest

import (
	"context"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var walkRules = []rule{
	{"an update goes on where the last one ended", testUpdateWalk},
	{"a context that has ended changes nothing", testUpdateCancelled},
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
