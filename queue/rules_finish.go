package queue

import (
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// The rules that every store's Finish keeps are here, so that no two stores differ in
// them. A store of your own calls them too.

// Settled returns where a mail with these recipients stands: Outgoing (or
// Deferred, until it is due) while any is pending, else Uncertain if any is,
// else Failed if any is, else Sent.
func Settled(recipients []Recipient) State {
	stands := Sent
	for _, r := range recipients {
		switch {
		case r.State == RecipientPending:
			return Outgoing
		case r.State == RecipientUncertain:
			stands = Uncertain
		case r.State == RecipientFailed && stands == Sent:
			stands = Failed
		}
	}
	return stands
}

// Words returns what Entry.Last becomes: the reason for setting the mail aside,
// else the relay's words about the last of the recipients that were not
// delivered, else about the last. "" leaves Entry.Last as it is.
func (f *Finish) Words() string {
	if f.Failed != "" || len(f.Recipients) == 0 {
		return f.Failed
	}
	return f.Recipients[f.telling()].Last.Text
}

// telling returns which of the recipients, of which there is one at least, says
// most about the mail: the last with words that was not delivered, else the last
// with words.
func (f *Finish) telling() int {
	best := 0
	for i, r := range f.Recipients {
		if r.Last.Text == "" {
			continue
		}
		if b := f.Recipients[best]; r.State != RecipientDelivered || b.State == RecipientDelivered || b.Last.Text == "" {
			best = i
		}
	}
	return best
}

// Tried returns what a Finish adds to its mail's history, and false where it
// adds nothing: where no attempt counts, or nothing was reported of anybody.
func (f *Finish) Tried(now time.Time) (Attempt, bool) {
	if !f.Attempt || len(f.Recipients) == 0 {
		return Attempt{}, false
	}
	a := Attempt{At: now, Recipients: len(f.Recipients), Report: f.Recipients[f.telling()].Last}
	for _, r := range f.Recipients {
		if r.State == RecipientDelivered {
			a.Delivered++
		}
	}
	return a, true
}

// Drops tells whether a mail that stands there after its Finish is dropped.
func (u Unkept) Drops(state State) bool {
	return state == Sent && u.Sent || state == Failed && u.Failed
}

// DropsData tells whether the data of a mail that stands there after its Finish is
// dropped.
func (u Unkept) DropsData(state State) bool { return state == Sent && u.Data }

// Count counts a Finish, attempt being its Attempt, after which its mail stands there.
func (m *Minute) Count(state State, attempt bool) {
	switch {
	case state == Sent:
		m.Out++
	case state == Failed || state == Uncertain:
		m.Failed++
	case attempt:
		m.Deferred++
	}
}

// LapsedAttempt is what a Claim adds to the history of a mail whose lease had
// lapsed, with so many pending recipients.
func LapsedAttempt(pending int, now time.Time) Attempt {
	return Attempt{At: now, Recipients: pending, Report: host.Report{
		Outcome: host.Uncertain,
		Text:    "the process that sent it ended before it recorded the outcome",
	}}
}
