package storetest

import (
	"errors"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var leaseRules = []rule{
	{"a lease keeps others off", testLeaseHolds},
	{"a lease that lapsed is taken over", testLeaseLapses},
	{"a lease can be extended", testExtend},
	{"a lease that was lost is not extended", testExtendLost},
	{"of a late finish and the claims beside it one has the mail", testFinishRace},
	{"of an update and the claims beside it one has the mail", testUpdateRace},
}

func testLeaseHolds(s *subject) {
	s.insert(newMail(1))
	s.claim(all)
	require.InDelta(s.t, far, s.claimNone(all), float64(far)/2)
	entry := s.get(1).Entry
	require.True(s.t, entry.Sending)
	require.Equal(s.t, queue.Outgoing, entry.State)
	require.Equal(s.t, map[queue.State]int{queue.Outgoing: 1}, s.count(queue.Filter{}))
}

func testLeaseLapses(s *subject) {
	s.insert(newMail(1))
	first := s.claim(brief).Mails[0]
	second := s.claim(brief).Mails[0]
	third := s.claim(all).Mails[0]

	require.False(s.t, first.Lapsed)
	require.True(s.t, second.Lapsed)
	require.True(s.t, third.Lapsed)
	require.Greater(s.t, second.Fence, first.Fence)
	require.Greater(s.t, third.Fence, second.Fence)
	require.Equal(s.t, []int{0, 1, 2}, []int{first.Attempts, second.Attempts, third.Attempts})
	entry := s.get(1).Entry
	require.Equal(s.t, 2, entry.Attempts)
	require.Equal(s.t, 2, entry.Doubts)
}

func testExtend(s *subject) {
	s.insert(newMail(1))
	lease := s.claim(brief).Mails[0].Lease
	require.False(s.t, s.get(1).Sending)
	// It has lapsed, but nobody has taken it.
	s.extend(2*far, lease)
	require.InDelta(s.t, 2*far, s.claimNone(all), float64(far)/2)
	require.Equal(s.t, 1, s.finish(delivered(lease)))
	require.Zero(s.t, s.get(1).Doubts)
}

func testExtendLost(s *subject) {
	s.insert(newMail(1))
	lost := s.claim(brief).Mails[0].Lease
	taken := s.claim(all).Mails[0].Lease
	s.extend(3*far, lost, queue.Lease{ID: mailID(9), Fence: 1})
	require.InDelta(s.t, far, s.claimNone(all), float64(far)/2, "another's lease was extended")

	// One that was lost does not keep the others from being extended.
	s.extend(3*far, lost, taken)
	require.InDelta(s.t, 3*far, s.claimNone(all), float64(far)/2)

	s.finish(queue.Finish{Lease: taken})
	s.extend(3*far, taken)
	require.Equal(s.t, []int{1}, ids(s.claim(all)), "a finished mail has no lease to extend")
}

// testFinishRace is of a sender that comes late, having been stopped.
func testFinishRace(s *subject) {
	for n := range 24 {
		s.insert(newMail(n))
		late := s.claim(brief).Mails[0].Lease
		s.requireOne(func() (int, error) {
			return s.store.Finish(s.t.Context(), []queue.Finish{delivered(late)})
		})
	}
}

func testUpdateRace(s *subject) {
	for n := range 24 {
		s.insert(newMail(n))
		s.requireOne(func() (int, error) {
			n, _, err := s.store.Update(s.t.Context(), byNumber(n), queue.Change{Operation: queue.OperationDelete}, "")
			return n, err
		})
	}
}

// requireOne checks that of call, which changes a mail that is due, and of claims
// that run beside it one has the mail.
func (s *subject) requireOne(call func() (int, error)) {
	s.t.Helper()
	type result struct {
		n   int
		err error
	}
	total, errs := 0, error(nil)
	for _, r := range sideBySide(4, func(i int) result {
		if i == 0 {
			n, err := call()
			return result{n, err}
		}
		batch, _, err := s.store.Claim(s.t.Context(), all)
		if batch == nil {
			return result{0, err}
		}
		return result{len(batch.Mails), err}
	}) {
		total, errs = total+r.n, errors.Join(errs, r.err)
	}
	require.NoError(s.t, errs)
	require.Equal(s.t, 1, total)
}
