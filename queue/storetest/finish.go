package storetest

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

var finishRules = []rule{
	{"a finish without the lease changes nothing", testFinishLost},
	{"a finish after the lease lapsed counts until another has taken it", testFinishLate},
	{"a finish is atomic", testFinishAtomic},
	{"where a mail stands follows from its recipients", testFinishSettles},
	{"a finish counts attempts and doubts", testFinishCounts},
	{"a retry is deferred until it is due", testFinishRetry},
	{"a mail can be set aside as failed", testFinishFailed},
	{"the last words about a mail are kept", testFinishWords},
}

func testFinishLost(s *subject) {
	s.insert(newMail(1), newMail(2), newMail(3))
	s.finish(queue.Finish{Lease: s.claim(one).Mails[0].Lease, Retry: far})
	lost := s.claim(brief).Mails[0].Lease
	first, second := s.claim(all), s.claim(all)
	require.Equal(s.t, []int{3}, ids(first), "a lease that lapsed later is due later")
	require.Equal(s.t, []int{2}, ids(second))
	before := []*queue.Record{s.get(1), s.get(2), s.get(3)}

	require.Zero(s.t, s.finish(
		delivered(lost), queue.Finish{Lease: lost, Failed: "stale"},
		delivered(queue.Lease{ID: mailID(1), Fence: 1}),
		delivered(queue.Lease{ID: mailID(9), Fence: 1}),
	))
	require.Equal(s.t, before, []*queue.Record{s.get(1), s.get(2), s.get(3)})

	lease, other := first.Mails[0].Lease, second.Mails[0].Lease
	require.Equal(s.t, 1, s.finish(delivered(lost), delivered(lease)))
	require.Zero(s.t, s.finish(queue.Finish{Lease: lease, Failed: "twice"}), "a lease ends with its finish")
	require.Equal(s.t, 1, s.finish(delivered(other), queue.Finish{Lease: other, Failed: "twice"}))
	require.Equal(s.t, map[queue.State]int{queue.Sent: 2, queue.Deferred: 1}, s.count(queue.Filter{}))
}

func testFinishLate(s *subject) {
	s.insert(newMail(1), newMail(2))
	for range 2 {
		require.Equal(s.t, 1, s.finish(delivered(s.claim(brief).Mails[0].Lease)))
	}
	require.Equal(s.t, map[queue.State]int{queue.Sent: 2}, s.count(queue.Filter{}))
}

func testFinishAtomic(s *subject) {
	s.insert(newMail(1), newMail(2))
	batch := s.claim(all)
	for _, index := range []int{1, -1} {
		wrong := delivered(batch.Mails[1].Lease)
		wrong.Recipients[0].Index = index
		_, err := s.store.Finish(s.t.Context(), []queue.Finish{delivered(batch.Mails[0].Lease), wrong})
		require.Error(s.t, err, "the mail has no recipient %d", index)
		require.Equal(s.t, map[queue.State]int{queue.Outgoing: 2}, s.count(queue.Filter{}))
	}
	require.Equal(s.t, 2, s.finish(delivered(batch.Mails[0].Lease), delivered(batch.Mails[1].Lease)))
}

func testFinishSettles(s *subject) {
	const (
		pending   = queue.RecipientPending
		sent      = queue.RecipientDelivered
		failed    = queue.RecipientFailed
		uncertain = queue.RecipientUncertain
	)
	tests := []struct {
		states []queue.RecipientState
		want   queue.State
	}{
		{[]queue.RecipientState{sent}, queue.Sent},
		{[]queue.RecipientState{failed}, queue.Failed},
		{[]queue.RecipientState{uncertain}, queue.Uncertain},
		{[]queue.RecipientState{pending}, queue.Outgoing},
		{[]queue.RecipientState{sent, sent}, queue.Sent},
		{[]queue.RecipientState{sent, failed}, queue.Failed},
		{[]queue.RecipientState{failed, sent}, queue.Failed},
		{[]queue.RecipientState{uncertain, sent, failed}, queue.Uncertain},
		{[]queue.RecipientState{failed, uncertain}, queue.Uncertain},
		{[]queue.RecipientState{uncertain, failed, sent, pending}, queue.Outgoing},
	}
	for n, test := range tests {
		var to []string
		for i := range test.states {
			to = append(to, fmt.Sprintf("r%d@example.com", i))
		}
		s.insert(newMail(n, to...))
	}
	var finishes []queue.Finish
	for _, m := range s.claim(all).Mails {
		f := queue.Finish{Lease: m.Lease}
		for i, state := range tests[number(m.ID)].states {
			f.Recipients = append(f.Recipients, queue.Recipient{Index: i, State: state})
		}
		finishes = append(finishes, f)
	}
	require.Equal(s.t, len(tests), s.finish(finishes...))
	for n, test := range tests {
		record := s.get(n)
		require.Equal(s.t, test.want, record.State, "recipients %v", test.states)
		require.False(s.t, record.Sending)
		for i, state := range test.states {
			require.Equal(s.t, state, record.Recipients[i].State)
		}
	}
	require.Len(s.t, s.claim(all).Mails, 2, "only what is pending is claimed again")
}

func testFinishCounts(s *subject) {
	s.insert(newMail(1))
	for _, test := range []struct {
		attempt, doubt    bool
		attempts, doubted int
	}{
		{false, false, 0, 0},
		{true, false, 1, 0},
		{true, true, 2, 1},
		{false, false, 2, 1},
	} {
		s.finish(queue.Finish{Lease: s.claim(all).Mails[0].Lease, Attempt: test.attempt, Doubt: test.doubt})
		entry := s.get(1).Entry
		require.Equal(s.t, []int{test.attempts, test.doubted}, []int{entry.Attempts, entry.Doubts})
	}
	require.Equal(s.t, 2, s.claim(all).Mails[0].Attempts)
}

func testFinishRetry(s *subject) {
	s.insert(newMail(1))
	s.finish(queue.Finish{Lease: s.claim(all).Mails[0].Lease, Retry: far})
	require.Equal(s.t, queue.Deferred, s.get(1).State)
	require.InDelta(s.t, far, s.claimNone(all), float64(far)/2)

	s.insert(newMail(2))
	s.finish(queue.Finish{Lease: s.claim(all).Mails[0].Lease, Retry: soon})
	again := s.await(all)
	require.Equal(s.t, []int{2}, ids(again))
	require.False(s.t, again.Mails[0].Lapsed)
}

func testFinishFailed(s *subject) {
	s.insert(newMail(1, "a@example.com", "b@example.com"))
	f := delivered(s.claim(all).Mails[0].Lease)
	f.Failed = "cannot be read"
	require.Equal(s.t, 1, s.finish(f))
	record := s.get(1)
	require.Equal(s.t, queue.Failed, record.State)
	require.Equal(s.t, "cannot be read", record.Last)
	require.Equal(s.t, queue.RecipientDelivered, record.Recipients[0].State, "what is known of recipients is kept")
	require.Equal(s.t, queue.RecipientPending, record.Recipients[1].State)
	require.Negative(s.t, s.claimNone(all))
}

func testFinishWords(s *subject) {
	words := func(i int, state queue.RecipientState, text string) queue.Recipient {
		return queue.Recipient{Index: i, State: state, Last: host.Report{Text: text}}
	}
	s.insert(newMail(1, "a@example.com", "b@example.com", "c@example.com"))
	require.Empty(s.t, s.get(1).Last)
	for _, test := range []struct {
		recipients []queue.Recipient
		want       string
	}{
		{[]queue.Recipient{words(0, queue.RecipientPending, "busy")}, "busy"},
		{nil, "busy"},
		{[]queue.Recipient{words(0, queue.RecipientDelivered, "taken")}, "taken"},
		{[]queue.Recipient{words(1, queue.RecipientFailed, "unknown"), words(0, queue.RecipientDelivered, "taken"),
			words(2, queue.RecipientPending, "")}, "unknown"},
		{[]queue.Recipient{words(1, queue.RecipientFailed, "unknown"), words(2, queue.RecipientPending, "full")}, "full"},
	} {
		s.finish(queue.Finish{Lease: s.claim(all).Mails[0].Lease, Recipients: test.recipients})
		require.Equal(s.t, test.want, s.get(1).Last)
	}
	require.Equal(s.t, "full", s.list(queue.Filter{}, queue.Page{})[0].Last)
}
