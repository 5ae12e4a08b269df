package queue

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
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
	if f.Failed != "" {
		return f.Failed
	}
	var delivered, other string
	for _, r := range f.Recipients {
		switch {
		case r.Last.Text == "":
		case r.State == RecipientDelivered:
			delivered = r.Last.Text
		default:
			other = r.Last.Text
		}
	}
	if other != "" {
		return other
	}
	return delivered
}

// Limit returns how many entries the page has at most.
func (p Page) Limit() int {
	if p.Size <= 0 {
		return 50
	}
	return min(p.Size, 500)
}
