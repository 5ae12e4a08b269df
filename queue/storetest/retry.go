package storetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

var retryRules = []rule{
	{"retry revives the recipients that were not delivered, and no others", testRetryRevives},
	{"retry does nothing to a mail that all recipients have", testRetryDelivered},
	{"a retried mail that may have been delivered is claimed alone", testRetryAlone},
	{"reschedule revives nobody", testRescheduleRevives},
	{"retry and reschedule make due when they say", testDueIn},
	{"retry and reschedule lengthen a mail's life, never shorten it", testLifetime},
}

// insertFinished stores a mail and finishes it, its recipients being in these
// states then.
func (s *subject) insertFinished(n int, failed string, states ...queue.RecipientState) {
	s.t.Helper()
	to := []string{"a@example.com", "b@example.com", "c@example.com"}
	s.insert(newMail(n, to[:len(states)]...))
	f := queue.Finish{Lease: s.claim(all).Mails[0].Lease, Attempt: true, Retry: far, Failed: failed}
	for i, state := range states {
		f.Recipients = append(f.Recipients, queue.Recipient{
			Index: i, State: state, Last: host.Report{To: to[i], Outcome: host.Transient, Text: "words"},
		})
	}
	s.finish(f)
}

const (
	pending       = queue.RecipientPending
	wasDelivered  = queue.RecipientDelivered
	wasFailed     = queue.RecipientFailed
	wasUncertain  = queue.RecipientUncertain
	cannotBeSent  = "it cannot be sent"
	notSetAside   = ""
	halfAnHour    = float64(far) / 2
	longerThanAll = 100 * far
)

// Delivered is recorded: never sent to that recipient again.
func testRetryRevives(s *subject) {
	s.insertFinished(0, notSetAside, wasDelivered, wasFailed)
	s.insertFinished(1, notSetAside, wasFailed, wasDelivered, wasUncertain)
	s.insertFinished(2, notSetAside, wasFailed, pending, wasDelivered)
	s.insertFinished(3, cannotBeSent, pending, wasDelivered)
	s.insertFinished(4, notSetAside, wasUncertain)
	require.Equal(s.t, 5, s.update(queue.OperationRetry, 0, 1, 2, 3, 4))
	require.Equal(s.t, map[queue.State]int{queue.Outgoing: 5}, s.count(queue.Filter{}))

	again := map[int][]int{}
	var finishes []queue.Finish
	for _, m := range s.claim(all).Mails {
		f := queue.Finish{Lease: m.Lease}
		for _, r := range m.Pending {
			require.Equal(s.t, "words", r.Last.Text, "the last report is kept")
			again[number(m.ID)] = append(again[number(m.ID)], r.Index)
			f.Recipients = append(f.Recipients, queue.Recipient{Index: r.Index, State: wasDelivered})
		}
		require.Equal(s.t, 1, m.Attempts)
		finishes = append(finishes, f)
	}
	require.Equal(s.t, map[int][]int{0: {1}, 1: {0, 2}, 2: {0, 1}, 3: {0}, 4: {0}}, again)
	s.finish(finishes...)
	require.Equal(s.t, map[queue.State]int{queue.Sent: 5}, s.count(queue.Filter{}))
}

func testRetryDelivered(s *subject) {
	s.insertFinished(1, cannotBeSent, wasDelivered, wasDelivered)
	before := s.get(1)
	require.Equal(s.t, queue.Failed, before.State)
	require.Zero(s.t, s.update(queue.OperationRetry, 1))
	require.Equal(s.t, before, s.get(1))
	require.Negative(s.t, s.claimNone(all))
}

func testRetryAlone(s *subject) {
	s.insert(newMail(1), newMail(2, "a@example.com", "b@example.com"), newMail(3), newMail(4))
	doubt := host.Report{Outcome: host.Uncertain, Text: "silence"}
	var finishes []queue.Finish
	for _, m := range s.claim(all).Mails {
		finishes = append(finishes, queue.Finish{Lease: m.Lease, Attempt: true, Recipients: []queue.Recipient{{
			State: map[int]queue.RecipientState{1: wasUncertain, 2: wasFailed, 3: wasFailed, 4: wasFailed}[number(m.ID)],
		}}})
		if n := number(m.ID); n <= 2 {
			finishes[n-1].Recipients[0].Last = doubt
		}
	}
	s.finish(finishes...)
	// What became of another recipient since does not end the doubt.
	s.finish(queue.Finish{Lease: s.claim(all).Mails[0].Lease, Recipients: []queue.Recipient{{Index: 1, State: wasDelivered}}})
	require.Equal(s.t, map[queue.State]int{queue.Uncertain: 1, queue.Failed: 3}, s.count(queue.Filter{}))

	require.Equal(s.t, 4, s.update(queue.OperationRetry, 1, 2, 3, 4))
	batches := map[string]bool{}
	for range 3 {
		batches[fmt.Sprint(ids(s.claim(all)))] = true
	}
	require.Equal(s.t, map[string]bool{"[1]": true, "[2]": true, "[3 4]": true}, batches)
}

func testRescheduleRevives(s *subject) {
	s.insertFinished(1, notSetAside, wasFailed, pending, wasUncertain)
	require.Equal(s.t, 1, s.update(queue.OperationReschedule, 1))
	m := s.claim(all).Mails[0]
	require.Equal(s.t, []string{"b@example.com"}, m.Mail.To)
}

func testDueIn(s *subject) {
	for _, o := range []queue.Operation{queue.OperationRetry, queue.OperationReschedule} {
		s.insertFinished(1, notSetAside, pending)
		for _, test := range []struct {
			in, due time.Duration
			state   queue.State
		}{
			{3 * far, 3 * far, queue.Deferred},
			{2 * far, 2 * far, queue.Deferred}, // sooner than before
			{-5 * far, 0, queue.Outgoing},
		} {
			require.Equal(s.t, 1, s.change(queue.Change{Operation: o, In: test.in}, queue.Filter{}))
			entry := s.get(1).Entry
			require.Equal(s.t, test.state, entry.State, "%v in %v", o, test.in)
			require.WithinDuration(s.t, time.Now().Add(test.due), entry.Due, far/2)
			if test.state == queue.Deferred {
				require.InDelta(s.t, test.in, s.claimNone(all), halfAnHour)
			}
		}
		require.Equal(s.t, []int{1}, ids(s.claim(brief)))
		s.finish(delivered(s.claim(all).Mails[0].Lease))
		require.Equal(s.t, 1, s.update(queue.OperationDelete, 1))
	}
}

func testLifetime(s *subject) {
	for n, o := range []queue.Operation{queue.OperationRetry, queue.OperationReschedule} {
		s.insertFinished(n, notSetAside, pending)
		before := s.get(n).Expires
		short := queue.Change{Operation: o, In: far, Lifetime: far}
		require.Equal(s.t, 1, s.change(short, byNumber(n)))
		require.Equal(s.t, before, s.get(n).Expires, "%v: it lives longer as it is", o)

		long := queue.Change{Operation: o, In: -far, Lifetime: longerThanAll}
		require.Equal(s.t, 1, s.change(long, byNumber(n)))
		record := s.get(n)
		require.WithinDuration(s.t, time.Now().Add(longerThanAll), record.Expires, far/2, "%v", o)
		require.Equal(s.t, record.Expires, record.Mail.Expires)
		require.Equal(s.t, record.Expires, s.claim(all).Mails[0].Mail.Expires)
	}
	s.insertFinished(2, notSetAside, pending)
	s.change(queue.Change{Operation: queue.OperationRetry, In: 2 * longerThanAll, Lifetime: far}, byNumber(2))
	require.WithinDuration(s.t, time.Now().Add(2*longerThanAll+far), s.get(2).Expires, far/2, "counted from when it is due")
}
