package crash

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-mailhost/mailhost/queue"
)

// A Verdict is what a History and the store's records prove.
type Verdict struct {
	Offered, Acknowledged, InDoubt, Refused, Accepted int // mails

	Duplicates int // times that a mail was accepted again, each for a doubt that was counted
	Doubts     int // that the store has counted

	// What must not be: ids of mails.
	Lost       []string // acknowledged, and some recipient neither has it nor is recorded as waiting or failed; or recorded as delivered and not accepted
	Unexpected []string // accepted or stored though they were never offered, or rolled back
	Torn       []string // first of a commit of which some mails were queued and some were not
	Damaged    []string // accepted with another content than was offered
	Excess     []string // accepted again without a counted doubt, or though they were to go at most once
}

// Stored is what the store says of one mail in the end.
type Stored struct {
	Sent       bool                            // to all its recipients
	Recipients map[string]queue.RecipientState // where it is not Sent
	Doubts     int
}

// Judge compares what is known with what is stored, by id.
func (h *History) Judge(stored map[string]Stored) Verdict {
	h.mu.Lock()
	defer h.mu.Unlock()
	var v Verdict
	for id, f := range h.mails {
		s, kept := stored[id]
		v.count(f, s)
		v.accuse(id, f, s, kept)
	}
	for id := range stored {
		if h.mails[id] == nil {
			v.Unexpected = append(v.Unexpected, id)
		}
	}
	for first, ids := range h.commits {
		if h.torn(ids, stored) {
			v.Torn = append(v.Torn, first)
		}
	}
	for _, list := range [][]string{v.Lost, v.Unexpected, v.Torn, v.Damaged, v.Excess} {
		slices.Sort(list)
	}
	return v
}

func (v *Verdict) count(f *fate, s Stored) {
	if f.offered {
		v.Offered++
		*map[answer]*int{inDoubt: &v.InDoubt, acknowledged: &v.Acknowledged, refused: &v.Refused}[f.answer]++
	}
	if len(f.accepted) > 0 {
		v.Accepted++
	}
	v.Doubts += s.Doubts
}

func (v *Verdict) accuse(id string, f *fate, s Stored, kept bool) {
	seen := kept || len(f.accepted) > 0
	if seen && (!f.offered || f.answer == refused || f.strangers()) {
		v.Unexpected = append(v.Unexpected, id)
	}
	if f.lost(s, kept) {
		v.Lost = append(v.Lost, id)
	}
	if f.damaged {
		v.Damaged = append(v.Damaged, id)
	}
	switch again := f.again(); {
	case again == 0:
	case f.Once || s.Doubts < again:
		v.Excess = append(v.Excess, id)
	default:
		v.Duplicates += again
	}
}

// again returns how often the mail was accepted after the first time.
func (f *fate) again() int {
	most := 1
	for _, n := range f.accepted {
		most = max(most, n)
	}
	return most - 1
}

// strangers tells whether somebody got the mail to whom it was not addressed.
func (f *fate) strangers() bool {
	for to := range f.accepted {
		if !slices.Contains(f.To, to) {
			return true
		}
	}
	return false
}

func (f *fate) lost(s Stored, kept bool) bool {
	for _, to := range f.To {
		state, known := s.Recipients[to]
		switch {
		case f.accepted[to] > 0:
		case kept && (s.Sent || !known || state == queue.RecipientDelivered):
			return true
		case !kept && f.answer == acknowledged:
			return true
		}
	}
	return false
}

// torn tells whether some of what was offered together is seen, and some is not.
func (h *History) torn(ids []string, stored map[string]Stored) bool {
	seen := 0
	for _, id := range ids {
		if _, kept := stored[id]; kept || len(h.mails[id].accepted) > 0 {
			seen++
		}
	}
	return seen > 0 && seen < len(ids)
}

// Err returns nil where all is as promised.
func (v Verdict) Err() error {
	var errs []error
	for _, charge := range []struct {
		what string
		ids  []string
	}{
		{"lost", v.Lost},
		{"unexpected", v.Unexpected},
		{"of torn commits", v.Torn},
		{"damaged", v.Damaged},
		{"sent again without a counted doubt", v.Excess},
	} {
		if n := len(charge.ids); n > 0 {
			errs = append(errs, fmt.Errorf("%d mails %s: %v", n, charge.what, charge.ids[:min(n, 10)]))
		}
	}
	return errors.Join(errs...)
}

// String returns the counts in one line.
func (v Verdict) String() string {
	return fmt.Sprintf("%d mails offered: %d acknowledged, %d in doubt, %d refused; %d accepted, %d duplicates, %d doubts counted",
		v.Offered, v.Acknowledged, v.InDoubt, v.Refused, v.Accepted, v.Duplicates, v.Doubts)
}
