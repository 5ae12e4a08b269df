package storetest

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var leaseRules = []rule{
	{"a lease keeps others off", testLeaseHolds},
	{"a lease that lapsed is taken over", testLeaseLapses},
	{"a mail whose lease lapsed is claimed alone", testLapsedAlone},
	{"a lease can be extended", testExtend},
	{"a lease that was lost is not extended", testExtendLost},
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

// It may have been sent, or be what ended its process.
func testLapsedAlone(s *subject) {
	s.insert(newMail(1), newMail(2), newMail(3), newMail(4))
	s.claim(queue.Want{Mails: 2, Bytes: 1 << 20})
	batches := map[string]bool{}
	for range 3 {
		batches[fmt.Sprint(ids(s.claim(all)))] = true
	}
	require.Equal(s.t, map[string]bool{"[1]": true, "[2]": true, "[3 4]": true}, batches)
	s.claimNone(all)
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
