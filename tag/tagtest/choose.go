package tagtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Mails returns all that was recorded, in the order of the commits. It never ends
// the test; a mail that cannot be decoded fails it.
func (r *Recorder) Mails() []*Mail {
	r.t.Helper()
	r.mu.Lock()
	mails := slices.Clone(r.mails)
	r.mu.Unlock()
	for _, m := range mails {
		m.complain()
	}
	return mails
}

// Count returns all mails, and ends the test where they are not n.
func (r *Recorder) Count(n int) []*Mail {
	r.t.Helper()
	mails := r.Mails()
	if len(mails) != n {
		r.t.Fatalf("tagtest: %s, want %s%s", sent(len(mails)), number(n), r.list())
	}
	return mails
}

// One returns the only mail, and ends the test where there is none or another.
func (r *Recorder) One() *Mail {
	r.t.Helper()
	return r.Count(1)[0]
}

// None fails the test where there is mail.
func (r *Recorder) None() {
	r.t.Helper()
	if mails := r.Mails(); len(mails) > 0 {
		r.t.Errorf("tagtest: %s, want none%s", sent(len(mails)), r.list())
	}
}

// To returns the only mail that goes to the address, by To, Cc or Bcc, and ends the
// test where there is none or another.
func (r *Recorder) To(address string) *Mail {
	r.t.Helper()
	var found []*Mail
	for _, m := range r.Mails() {
		if m.goesTo(address) {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		r.t.Fatalf("tagtest: %s to %s, want one%s", sent(len(found)), address, r.list())
	}
	return found[0]
}

// Wait returns all mails as soon as there are n or more: for mail that is committed
// in the background. Where ctx ends first, the test ends.
func (r *Recorder) Wait(ctx context.Context, n int) []*Mail {
	r.t.Helper()
	for {
		r.mu.Lock()
		there, changed := len(r.mails), r.changed
		r.mu.Unlock()
		if there >= n {
			return r.Mails()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			r.t.Fatalf("tagtest: waited for %s: %v: %s%s", number(n), context.Cause(ctx), sent(there), r.list())
			return nil
		}
	}
}

const maxListed = 20

// list says what there is, for a failure to end with: nothing, or ":" and lines.
func (r *Recorder) list() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	for i, m := range r.mails[:min(len(r.mails), maxListed)] {
		fmt.Fprintf(&b, "\n  %d. %s: %s", i+1, m.who(), m.Subject)
	}
	if more := len(r.mails) - maxListed; more > 0 {
		fmt.Fprintf(&b, "\n  and %d more", more)
	}
	if r.dropped > 0 {
		fmt.Fprintf(&b, "\n  (%s dropped because of the Key)", were(r.dropped))
	}
	if r.refused != nil {
		fmt.Fprintf(&b, "\n  (a commit failed: %v)", r.refused)
	}
	if b.Len() == 0 {
		return ""
	}
	return ":" + b.String()
}

func sent(n int) string { return were(n) + " sent" }

func were(n int) string {
	switch n {
	case 0:
		return "no mail was"
	case 1:
		return "1 mail was"
	}
	return fmt.Sprintf("%d mails were", n)
}

func number(n int) string {
	if n == 1 {
		return "1 mail"
	}
	return fmt.Sprintf("%d mails", n)
}
