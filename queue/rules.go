package queue

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// This file holds the rules that every store keeps, so that no two stores
// differ in them. A store of your own calls them too.

// Storable returns nil for a mail that a store can take. A store's Insert
// refuses all of its mails with the error of the first that is not.
func (m *Mail) Storable() error {
	switch {
	case m == nil:
		return errors.New("queue: a nil mail cannot be stored")
	case m.ID == "":
		return errors.New("queue: a mail cannot be stored without an ID: use Queue.Commit, which sets it")
	case len(m.To) == 0:
		return fmt.Errorf("queue: mail %s has no recipient", m.ID)
	case int(m.Lane) >= len(Lanes):
		return fmt.Errorf("queue: mail %s has the unknown lane %d: use Immediate, Normal or Bulk", m.ID, m.Lane)
	}
	return nil
}

// Identity returns what two mails have in common of which the second is a
// duplicate: a digest of Key and recipients. It is "" for a mail without a Key,
// which is nobody's duplicate.
//
// The order of the recipients and their repetition do not count, nor does the
// case of their domains. The case of local parts does (RFC 5321 section 2.4).
func (m *Mail) Identity() string {
	if m.Key == "" {
		return ""
	}
	to := make([]string, len(m.To))
	for i, address := range m.To {
		at := strings.LastIndexByte(address, '@')
		to[i] = address[:at+1] + strings.ToLower(address[at+1:])
	}
	slices.Sort(to)
	digest := sha256.New()
	// Each part goes in with its length, so that no two lists run together.
	for _, part := range append([]string{m.Key}, slices.Compact(to)...) {
		fmt.Fprintf(digest, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(digest.Sum(nil))
}

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

// Limit returns how many entries the page has at most.
func (p Page) Limit() int {
	if p.Size <= 0 {
		return 50
	}
	return min(p.Size, 500)
}

// Tried returns what a Finish adds to its mail's history, and false where it
// adds nothing: where no attempt counts.
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

// LapsedAttempt is what a Claim adds to the history of a mail whose lease had
// lapsed, with so many pending recipients.
func LapsedAttempt(pending int, now time.Time) Attempt {
	return Attempt{At: now, Recipients: pending, Report: host.Report{
		Outcome: host.Uncertain,
		Text:    "the process that sent it ended before it recorded the outcome",
	}}
}

// Applies tells whether the operation does anything to mail in that queue. It
// does nothing to mail that is being sent, whatever its queue.
func (o Operation) Applies(state State) bool {
	switch o {
	case OperationRetry:
		return state == Deferred || state == Failed || state == Uncertain
	case OperationHold, OperationReschedule:
		return state == Outgoing || state == Deferred
	case OperationRelease:
		return state == Held
	}
	return o == OperationDelete
}

// Matches tells whether the filter matches a mail.
func (f *Filter) Matches(e *Entry, to []string, meta map[string]string) bool {
	for key, value := range f.Meta {
		if got, ok := meta[key]; !ok || got != value {
			return false
		}
	}
	return (f.IDs == nil || slices.Contains(f.IDs, e.ID)) &&
		(f.State == AnyState || f.State == e.State) &&
		(f.Lane == nil || *f.Lane == e.Lane) &&
		(f.Route == nil || *f.Route == e.Route) &&
		(f.Since.IsZero() || !e.Queued.Before(f.Since)) &&
		(f.Until.IsZero() || e.Queued.Before(f.Until)) &&
		holds(e.From, f.From) && holds(e.Subject, f.Subject) && holds(e.Last, f.Last) &&
		slices.ContainsFunc(to, func(to string) bool { return holds(to, f.To) })
}

// holds tells whether part stands in text, ASCII letters being the same in
// either case.
func holds(text, part string) bool { return strings.Contains(lower(text), lower(part)) }

func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
