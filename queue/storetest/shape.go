package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var shapeRules = []rule{
	{"a shape counts pending recipients by domain", testShapeDomains},
	{"a shape counts by queue", testShapeQueues},
	{"a shape sums up what it does not list", testShapeOthers},
}

func (s *subject) shape(state queue.State, most int) *queue.Shape {
	s.t.Helper()
	shape, err := s.store.Shape(s.t.Context(), state, most)
	require.NoError(s.t, err)
	require.True(s.t, shape.Whole, "it is little")
	return shape
}

// requireShape checks how many recipients of each domain wait, all of which were
// committed a moment ago.
func (s *subject) requireShape(shape *queue.Shape, want ...queue.DomainAge) {
	s.t.Helper()
	for i := range want {
		want[i].Ages[0] = want[i].Waiting
	}
	require.Equal(s.t, append([]queue.DomainAge{}, want...), append([]queue.DomainAge{}, shape.Domains...))
}

func waiting(domain string, n int) queue.DomainAge {
	return queue.DomainAge{Domain: domain, Waiting: n}
}

func testShapeDomains(s *subject) {
	s.requireShape(s.shape(queue.AnyState, 10))
	require.Zero(s.t, s.shape(queue.AnyState, 10).Looked)
	s.insert(newMail(1, "ann@example.com", "bob@EXAMPLE.com", `"x@y"@example.org`), newMail(2, "cid@example.net", "dora@example.com"))
	s.requireShape(s.shape(queue.AnyState, 10), waiting("example.com", 3), waiting("example.net", 1), waiting("example.org", 1))
	require.Equal(s.t, 2, s.shape(queue.AnyState, 10).Looked)
	for _, m := range s.claim(all).Mails {
		if m.ID == mailID(1) {
			f := delivered(m.Lease)
			f.Retry = far
			f.Recipients = append(f.Recipients, queue.Recipient{Index: 2, State: queue.RecipientFailed})
			s.finish(f)
		}
	}
	s.requireShape(s.shape(queue.AnyState, 10), waiting("example.com", 2), waiting("example.net", 1))
	require.Equal(s.t, 2, s.shape(queue.AnyState, 10).Looked)
}

func testShapeQueues(s *subject) {
	s.insertInEveryQueue() // one recipient each, of one domain
	for state, want := range map[queue.State]int{
		queue.AnyState: 4, queue.Outgoing: 2, queue.Deferred: 2, queue.Held: 2,
	} {
		s.requireShape(s.shape(state, 0), waiting("example.com", want))
		require.Equal(s.t, want, s.shape(state, 0).Looked, "%v", state)
	}
	s.requireShape(s.shape(queue.Sent, 0))
	s.requireShape(s.shape(queue.Uncertain, 0))
	m := newMail(20, "late@example.org")
	m.NotBefore = time.Now().Add(far)
	s.insert(m)
	s.requireShape(s.shape(queue.Deferred, 0), waiting("example.com", 2), waiting("example.org", 1))
	s.requireShape(s.shape(queue.Outgoing, 0), waiting("example.com", 2))
}

func testShapeOthers(s *subject) {
	s.insert(newMail(1, "a@one.example", "b@two.example", "c@two.example", "d@three.example", "e@three.example", "f@three.example"),
		newMail(2, "g@four.example"))
	s.requireShape(s.shape(queue.AnyState, 2), waiting("three.example", 3), waiting("two.example", 2), waiting("", 2))
	s.requireShape(s.shape(queue.AnyState, 4), waiting("three.example", 3), waiting("two.example", 2),
		waiting("four.example", 1), waiting("one.example", 1))
}
