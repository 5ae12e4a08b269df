package crash

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

const (
	ann = "ann@example.com"
	bob = "bob@example.com"
)

func kept(doubts int, states ...queue.RecipientState) Stored {
	s := Stored{Doubts: doubts, Recipients: map[string]queue.RecipientState{}}
	for i, state := range states {
		s.Recipients[[]string{ann, bob}[i]] = state
	}
	return s
}

const (
	pending   = queue.RecipientPending
	delivered = queue.RecipientDelivered
	failed    = queue.RecipientFailed
	uncertain = queue.RecipientUncertain
)

func TestJudge(t *testing.T) {
	one := Offer{ID: "1", To: []string{ann}}
	once := Offer{ID: "1", To: []string{ann}, Once: true}
	two := Offer{ID: "1", To: []string{ann, bob}}
	bad := []string{"1"}
	for _, tt := range []struct {
		name   string
		tell   func(h *History)
		stored map[string]Stored
		want   Verdict
	}{
		{"nothing happened", func(*History) {}, nil, Verdict{}},
		{"delivered", func(h *History) {
			h.Offered(one)
			h.Acknowledged("1")
			h.Accepted("1", true, ann)
		}, map[string]Stored{"1": kept(0, delivered)}, Verdict{Offered: 1, Acknowledged: 1, Accepted: 1}},
		{"delivered and forgotten", func(h *History) {
			h.Offered(one)
			h.Acknowledged("1")
			h.Accepted("1", true, ann)
		}, nil, Verdict{Offered: 1, Acknowledged: 1, Accepted: 1}},
		{"told in the wrong order", func(h *History) {
			h.Accepted("1", true, ann)
			h.Offered(one)
		}, map[string]Stored{"1": kept(0, delivered)}, Verdict{Offered: 1, InDoubt: 1, Accepted: 1}},
		{"still queued", func(h *History) {
			h.Offered(one)
			h.Acknowledged("1")
		}, map[string]Stored{"1": kept(0, pending)}, Verdict{Offered: 1, Acknowledged: 1}},
		{"failed is kept", func(h *History) {
			h.Offered(one)
			h.Acknowledged("1")
		}, map[string]Stored{"1": kept(0, failed)}, Verdict{Offered: 1, Acknowledged: 1}},
		{"gone", func(h *History) {
			h.Offered(one)
			h.Acknowledged("1")
		}, nil, Verdict{Offered: 1, Acknowledged: 1, Lost: bad}},
		{"recorded as delivered, and nobody has it", func(h *History) {
			h.Offered(one)
			h.Acknowledged("1")
		}, map[string]Stored{"1": kept(0, delivered)}, Verdict{Offered: 1, Acknowledged: 1, Lost: bad}},
		{"recorded as sent, and nobody has it", func(h *History) {
			h.Offered(one)
			h.Acknowledged("1")
		}, map[string]Stored{"1": {Sent: true}}, Verdict{Offered: 1, Acknowledged: 1, Lost: bad}},
		{"in doubt and recorded as delivered, and nobody has it", func(h *History) {
			h.Offered(one)
		}, map[string]Stored{"1": kept(0, delivered)}, Verdict{Offered: 1, InDoubt: 1, Lost: bad}},
		{"one of two recipients does not have it", func(h *History) {
			h.Offered(two)
			h.Acknowledged("1")
			h.Accepted("1", true, ann)
		}, map[string]Stored{"1": kept(0, delivered, delivered)}, Verdict{Offered: 1, Acknowledged: 1, Accepted: 1, Lost: bad}},
		{"a recipient is not recorded", func(h *History) {
			h.Offered(two)
			h.Acknowledged("1")
			h.Accepted("1", true, ann)
		}, map[string]Stored{"1": kept(0, delivered)}, Verdict{Offered: 1, Acknowledged: 1, Accepted: 1, Lost: bad}},
		{"one of two recipients waits", func(h *History) {
			h.Offered(two)
			h.Acknowledged("1")
			h.Accepted("1", true, ann)
		}, map[string]Stored{"1": kept(0, delivered, pending)}, Verdict{Offered: 1, Acknowledged: 1, Accepted: 1}},
		{"in doubt and gone", func(h *History) { h.Offered(one) }, nil, Verdict{Offered: 1, InDoubt: 1}},
		{"refused and gone", func(h *History) {
			h.Offered(one)
			h.Refused("1")
		}, nil, Verdict{Offered: 1, Refused: 1}},
		{"refused and stored", func(h *History) {
			h.Offered(one)
			h.Refused("1")
		}, map[string]Stored{"1": kept(0, pending)}, Verdict{Offered: 1, Refused: 1, Unexpected: bad}},
		{"refused and accepted", func(h *History) {
			h.Offered(one)
			h.Refused("1")
			h.Accepted("1", true, ann)
		}, nil, Verdict{Offered: 1, Refused: 1, Accepted: 1, Unexpected: bad}},
		{"accepted and never offered", func(h *History) { h.Accepted("1", true, ann) }, nil,
			Verdict{Accepted: 1, Unexpected: bad}},
		{"stored and never offered", func(*History) {}, map[string]Stored{"1": kept(0, pending)},
			Verdict{Unexpected: bad}},
		{"accepted for another recipient", func(h *History) {
			h.Offered(one)
			h.Acknowledged("1")
			h.Accepted("1", true, ann, bob)
		}, nil, Verdict{Offered: 1, Acknowledged: 1, Accepted: 1, Unexpected: bad}},
		{"changed on its way", func(h *History) {
			h.Offered(one)
			h.Acknowledged("1")
			h.Accepted("1", false, ann)
		}, nil, Verdict{Offered: 1, Acknowledged: 1, Accepted: 1, Damaged: bad}},
		{"twice, with a doubt", func(h *History) {
			h.Offered(one)
			h.Acknowledged("1")
			h.Accepted("1", true, ann)
			h.Accepted("1", true, ann)
		}, map[string]Stored{"1": kept(1, delivered)}, Verdict{Offered: 1, Acknowledged: 1, Accepted: 1, Duplicates: 1, Doubts: 1}},
		{"twice, without a doubt", func(h *History) {
			h.Offered(one)
			h.Acknowledged("1")
			h.Accepted("1", true, ann)
			h.Accepted("1", true, ann)
		}, map[string]Stored{"1": kept(0, delivered)}, Verdict{Offered: 1, Acknowledged: 1, Accepted: 1, Excess: bad}},
		{"three times, with one doubt", func(h *History) {
			h.Offered(one)
			h.Acknowledged("1")
			for range 3 {
				h.Accepted("1", true, ann)
			}
		}, map[string]Stored{"1": kept(1, delivered)}, Verdict{Offered: 1, Acknowledged: 1, Accepted: 1, Doubts: 1, Excess: bad}},
		{"twice, each for one recipient", func(h *History) {
			h.Offered(two)
			h.Acknowledged("1")
			h.Accepted("1", true, ann)
			h.Accepted("1", true, bob)
		}, map[string]Stored{"1": kept(0, delivered, delivered)}, Verdict{Offered: 1, Acknowledged: 1, Accepted: 1}},
		{"at most once, and twice", func(h *History) {
			h.Offered(once)
			h.Acknowledged("1")
			h.Accepted("1", true, ann)
			h.Accepted("1", true, ann)
		}, map[string]Stored{"1": kept(1, uncertain)}, Verdict{Offered: 1, Acknowledged: 1, Accepted: 1, Doubts: 1, Excess: bad}},
		{"at most once, and uncertain", func(h *History) {
			h.Offered(once)
			h.Acknowledged("1")
			h.Accepted("1", true, ann)
		}, map[string]Stored{"1": kept(1, uncertain)}, Verdict{Offered: 1, Acknowledged: 1, Accepted: 1, Doubts: 1}},
		{"half a commit", func(h *History) { h.Offered(one, Offer{ID: "2", To: []string{bob}}) },
			map[string]Stored{"1": kept(0, pending)}, Verdict{Offered: 2, InDoubt: 2, Torn: bad}},
		{"half a commit, which was sent", func(h *History) {
			h.Offered(one, Offer{ID: "2", To: []string{bob}})
			h.Accepted("2", true, bob)
		}, nil, Verdict{Offered: 2, InDoubt: 2, Accepted: 1, Torn: bad}},
		{"a whole commit, half of which was sent", func(h *History) {
			h.Offered(one, Offer{ID: "2", To: []string{ann}})
			h.Accepted("2", true, ann)
		}, map[string]Stored{"1": kept(0, pending)}, Verdict{Offered: 2, InDoubt: 2, Accepted: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var h History
			tt.tell(&h)
			got := h.Judge(tt.stored)
			require.Equal(t, tt.want, got)
			charges := len(got.Lost) + len(got.Unexpected) + len(got.Torn) + len(got.Damaged) + len(got.Excess)
			require.Equal(t, charges > 0, got.Err() != nil)
		})
	}
}

func TestVerdictNamesWhatIsWrong(t *testing.T) {
	v := Verdict{Lost: []string{"a"}, Unexpected: []string{"b"}, Torn: []string{"c"}, Damaged: []string{"d"}, Excess: []string{"e"}}
	require.EqualError(t, v.Err(), `1 mails lost: [a]
1 mails unexpected: [b]
1 mails of torn commits: [c]
1 mails damaged: [d]
1 mails sent again without a counted doubt: [e]`)
}
