package storetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

var historyRules = []rule{
	{"an attempt is kept in the history", testHistory},
	{"an attempt that does not count leaves no history", testHistoryUncounted},
	{"a lease that lapsed is kept in the history", testHistoryLapsed},
	{"the last attempts are kept in their order", testHistoryLength},
}

func testHistory(s *subject) {
	s.insert(newMail(1, "a@example.com", "b@example.com", "c@example.com"))
	require.Empty(s.t, s.get(1).History)
	f := queue.Finish{Lease: s.claim(all).Mails[0].Lease, Attempt: true, Recipients: []queue.Recipient{
		{Index: 0, State: queue.RecipientDelivered, Last: host.Report{Outcome: host.Delivered, Code: 250, Text: "taken"}},
		{Index: 1, State: queue.RecipientFailed, Last: host.Report{
			To: "b@example.com", Outcome: host.Permanent, Code: 550, Enhanced: "5.1.1",
			Text: "no “such” user", Relay: "mx:25", Alarm: true,
		}},
	}}
	s.finish(f)
	s.requireHistory(s.get(1), tried(f))
}

// tried is what a Finish adds to a history.
func tried(f queue.Finish) queue.Attempt {
	a, _ := f.Tried(time.Time{})
	return a
}

// requireHistory compares all but the times, which must be in order and of now.
func (s *subject) requireHistory(record *queue.Record, want ...queue.Attempt) {
	s.t.Helper()
	history := append([]queue.Attempt(nil), record.History...)
	require.Len(s.t, history, len(want))
	for i := range history {
		require.WithinDuration(s.t, time.Now(), history[i].At, far)
		require.False(s.t, i > 0 && history[i].At.Before(record.History[i-1].At), "%v", history)
		history[i].At = time.Time{}
	}
	require.Equal(s.t, want, history)
}

func testHistoryUncounted(s *subject) {
	s.insert(newMail(1))
	refused := queue.Recipient{Last: host.Report{Outcome: host.Unreachable, Text: "connection refused"}}
	for _, f := range []queue.Finish{
		{},
		{Recipients: []queue.Recipient{refused}},
		{Attempt: true}, // of which nothing was reported
		{Recipients: []queue.Recipient{refused}, Failed: "it cannot be sent"},
	} {
		f.Lease = s.claim(all).Mails[0].Lease
		s.finish(f)
		require.Empty(s.t, s.get(1).History)
	}
	require.Equal(s.t, queue.Failed, s.get(1).State)
}

func testHistoryLapsed(s *subject) {
	s.insert(newMail(1, "a@example.com", "b@example.com", "c@example.com"))
	f := delivered(s.claim(brief).Mails[0].Lease)
	s.finish(f)
	s.claim(brief)
	s.requireHistory(s.get(1), tried(f))
	lapsed := queue.LapsedAttempt(2, time.Time{})
	s.claim(brief)
	s.requireHistory(s.get(1), tried(f), lapsed)
	last := queue.Finish{Lease: s.claim(all).Mails[0].Lease, Attempt: true, Recipients: []queue.Recipient{
		{Index: 2, State: queue.RecipientFailed, Last: host.Report{Outcome: host.Permanent, Code: 552, Text: "too large"}},
	}}
	s.finish(last)
	s.requireHistory(s.get(1), tried(f), lapsed, lapsed, tried(last))
}

func testHistoryLength(s *subject) {
	s.insert(newMail(1))
	var want []queue.Attempt
	for i := range queue.HistoryLength + 3 {
		f := queue.Finish{Lease: s.claim(one).Mails[0].Lease, Attempt: true, Recipients: []queue.Recipient{
			{Last: host.Report{Outcome: host.Transient, Text: fmt.Sprintf("busy %d", i)}},
		}}
		s.finish(f)
		want = append(want, tried(f))
		s.requireHistory(s.get(1), want[max(0, len(want)-queue.HistoryLength):]...)
	}
	require.Equal(s.t, queue.HistoryLength+3, s.get(1).Attempts, "all attempts are counted")

	s.claim(brief)
	s.claim(brief)
	want = append(want, queue.LapsedAttempt(1, time.Time{}))
	s.requireHistory(s.get(1), want[len(want)-queue.HistoryLength:]...)

	s.insert(newMail(2))
	require.Empty(s.t, s.get(2).History, "each mail has a history of its own")
}
