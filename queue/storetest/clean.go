package storetest

import (
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var cleanRules = []rule{
	{"what is settled is kept for as long as it should be", testCleanKeeps},
	{"sent mail is dropped when it has been kept", testCleanSent},
	{"failed and uncertain mail is dropped when it has been kept", testCleanFailed},
	{"the data of sent mail is dropped when it has been kept", testCleanData},
	{"what is settled is kept for some time", testCleanAge},
	{"a clean-up is done in small batches", testCleanBatches},
}

var keepAll = queue.Retention{Sent: far / 2, Data: far / 2, Failed: far / 2, Audit: far / 2, Keys: far / 2}

// clean cleans until nothing is left to drop, and returns how many rows went.
func (s *subject) clean(keep queue.Retention) int {
	s.t.Helper()
	rows := 0
	for range 100 {
		n, err := s.store.Clean(s.t.Context(), keep)
		require.NoError(s.t, err)
		require.GreaterOrEqual(s.t, n, 0)
		if n == 0 {
			return rows
		}
		rows += n
	}
	require.Fail(s.t, "a clean-up does not end")
	return 0
}

// All of it was due an hour ago, and settled now.
func testCleanKeeps(s *subject) {
	s.insertInEveryQueue()
	s.testClean(keepAll)
}

// testClean has a mail in every queue, checks that a clean-up drops these, and
// returns what was there of the others before.
func (s *subject) testClean(keep queue.Retention, gone ...int) {
	s.t.Helper()
	before := map[int]*queue.Record{}
	for n := range 9 {
		before[n] = s.get(n)
	}
	require.Equal(s.t, len(gone), s.clean(keep))
	for n := range 9 {
		if slices.Contains(gone, n) {
			s.requireGone(n)
			continue
		}
		require.Equal(s.t, before[n], s.get(n))
	}
}

func testCleanSent(s *subject) {
	s.insertInEveryQueue()
	keep := keepAll
	keep.Sent = -1
	s.testClean(keep, 0)
}

func testCleanFailed(s *subject) {
	s.insertInEveryQueue()
	keep := keepAll
	keep.Failed = -1
	s.testClean(keep, 1, 2)
	require.Equal(s.t, 7, s.total())
}

func testCleanData(s *subject) {
	s.insertInEveryQueue()
	keep := keepAll
	keep.Data = -1
	before := s.get(0)
	require.NotEmpty(s.t, before.Mail.Data)
	require.Equal(s.t, 1, s.clean(keep))
	after := s.get(0)
	require.Empty(s.t, after.Mail.Data)
	before.Mail.Data, after.Mail.Data = nil, nil
	require.Equal(s.t, before, after, "its Size is kept")
	for n := 1; n < 9; n++ {
		require.Equal(s.t, newMail(n).Data, s.get(n).Mail.Data, "only sent mail loses its data")
	}
	s.testClean(keep) // there is no more to drop
}

func testCleanAge(s *subject) {
	s.insertFinished(0, notSetAside, wasDelivered)
	s.insertFinished(1, notSetAside, wasFailed)
	s.insertFinished(2, notSetAside, wasUncertain)
	s.pass(3)
	keep := keepAll
	keep.Data = 5 * soon
	require.Equal(s.t, 1, s.clean(keep))
	require.Empty(s.t, s.get(0).Mail.Data)
	keep.Sent = 5 * soon
	require.Equal(s.t, 1, s.clean(keep))
	s.requireGone(0)
	keep.Failed = 5 * soon
	require.Equal(s.t, 2, s.clean(keep))
	require.Equal(s.t, map[queue.State]int{queue.Outgoing: 1}, s.count(queue.Filter{}))
}

func testCleanBatches(s *subject) {
	const mails = 1100
	var batch []*queue.Mail
	for n := range mails {
		m := newMail(n)
		m.Data = m.Data[:1]
		batch = append(batch, m)
	}
	s.insert(batch...)
	want := all
	want.Mails = mails
	var finishes []queue.Finish
	for _, m := range s.claim(want).Mails {
		finishes = append(finishes, delivered(m.Lease))
	}
	require.Equal(s.t, mails, s.finish(finishes...))
	n, err := s.store.Clean(s.t.Context(), queue.Retention{Sent: -1, Data: -1, Failed: -1, Keys: -1})
	require.NoError(s.t, err)
	require.Positive(s.t, n)
	require.LessOrEqual(s.t, n, 1000, "a small batch")
	require.NotZero(s.t, s.total(), "a small batch")
	s.clean(queue.Retention{Sent: -1, Data: -1, Failed: -1, Keys: -1})
	require.Zero(s.t, s.total())
}
