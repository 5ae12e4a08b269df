package storetest

import (
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var unkeptRules = []rule{
	{"sent mail is not kept where a finish says so", testUnkeptSent},
	{"failed mail is not kept where a finish says so", testUnkeptFailed},
	{"the data of sent mail is not kept where a finish says so", testUnkeptData},
}

// An unkeptCase is a mail to two recipients that is finished: they are in these
// states then, and it stands in want.
type unkeptCase struct {
	recipients [2]queue.RecipientState
	failed     string
	want       queue.State
}

var unkeptCases = []unkeptCase{
	{[2]queue.RecipientState{queue.RecipientDelivered, queue.RecipientDelivered}, "", queue.Sent},
	{[2]queue.RecipientState{queue.RecipientDelivered, queue.RecipientFailed}, "", queue.Failed},
	{[2]queue.RecipientState{queue.RecipientPending, queue.RecipientPending}, "unreadable", queue.Failed},
	{[2]queue.RecipientState{queue.RecipientFailed, queue.RecipientUncertain}, "", queue.Uncertain},
	{[2]queue.RecipientState{queue.RecipientDelivered, queue.RecipientPending}, "", queue.Deferred},
	{[2]queue.RecipientState{queue.RecipientFailed, queue.RecipientPending}, "", queue.Deferred},
}

// testUnkept finishes a mail of each case at once, and checks what is then there
// of each.
func (s *subject) testUnkept(unkept queue.Unkept, gone, dataGone func(queue.State) bool) {
	s.t.Helper()
	for n := range unkeptCases {
		s.insert(newMail(n, "a@example.com", "b@example.com"))
	}
	var finishes []queue.Finish
	for _, m := range s.claim(all).Mails {
		c := unkeptCases[number(m.ID)]
		f := queue.Finish{Lease: m.Lease, Attempt: true, Retry: far, Failed: c.failed, Unkept: unkept}
		for i, state := range c.recipients {
			f.Recipients = append(f.Recipients, queue.Recipient{Index: i, State: state})
		}
		finishes = append(finishes, f)
	}
	require.Equal(s.t, len(unkeptCases), s.finish(finishes...), "what is not kept was changed too")
	for n, c := range unkeptCases {
		if gone(c.want) {
			s.requireGone(n)
			continue
		}
		record := s.get(n)
		require.Equal(s.t, c.want, record.State, "%+v", c)
		require.Len(s.t, record.Recipients, 2)
		require.Equal(s.t, dataGone(c.want), len(record.Mail.Data) == 0, "%+v", c)
		require.Equal(s.t, len(newMail(n).Data), record.Size)
	}
}

func (s *subject) requireGone(n int) {
	s.t.Helper()
	_, err := s.store.Get(s.t.Context(), mailID(n))
	require.ErrorIs(s.t, err, queue.ErrNotFound, "mail %d is still there", n)
	require.NotContains(s.t, numbers(s.list(queue.Filter{}, queue.Page{})), n)
}

func isSent(state queue.State) bool   { return state == queue.Sent }
func isFailed(state queue.State) bool { return state == queue.Failed }
func none(queue.State) bool           { return false }

func testUnkeptSent(s *subject) {
	s.testUnkept(queue.Unkept{Sent: true}, isSent, none)
}

func testUnkeptFailed(s *subject) {
	s.testUnkept(queue.Unkept{Failed: true}, isFailed, none)
}

func testUnkeptData(s *subject) {
	s.testUnkept(queue.Unkept{Data: true}, none, isSent)
	require.Equal(s.t, len(newMail(0).Data), s.list(queue.Filter{State: queue.Sent}, queue.Page{})[0].Size)
}
