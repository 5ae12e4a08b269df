package queue

import (
	"cmp"
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// The terms are what is needed besides the reports to decide about a mail.
type terms struct {
	now   time.Time     // by the store's clock
	retry time.Duration // until the next attempt, where this one counts
	probe time.Duration // until the route's next probe, where it could not be reached
}

// blame makes a mail's own what need not be the relay's: where a mail has been
// Unreachable, and now the relay greets but gives up at its MAIL, the mail is
// tried again at growing intervals, and its route is not down.
func blame(c *Claimed, reports []host.Report) {
	for i := range reports {
		if r := &reports[i]; r.Outcome == host.Unreachable && r.AtMail && c.Pending[i].Last.Outcome == host.Unreachable {
			r.Outcome = host.Transient
		}
	}
}

// doubt makes it the last word about each pending recipient that an earlier lease
// lapsed: the mail may have been delivered.
func doubt(c *Claimed, now time.Time) {
	for i := range c.Pending {
		r := &c.Pending[i]
		r.Last = LapsedAttempt(1, now).Report
		r.Last.To = r.To
	}
}

// settle returns what is to be recorded of a mail that was sent, with one
// report for each of its pending recipients.
func settle(c *Claimed, reports []host.Report, t terms) Finish {
	f := Finish{Lease: c.Lease}
	backsOff := false
	for i, report := range reports {
		r := c.Pending[i]
		f.Attempt = f.Attempt || report.Outcome != host.Unsent && report.Outcome != host.Unreachable
		f.Doubt = f.Doubt || report.Outcome == host.Uncertain
		state := stateAfter(report.Outcome, c.Mail.Once)
		// That the relay is away is no news beside an earlier doubt, which also
		// keeps the mail alone.
		doubted := report.Outcome == host.Unreachable && r.Last.Outcome == host.Uncertain
		if report.Outcome != host.Unsent && !doubted {
			r.State, r.Last = state, report
			f.Recipients = append(f.Recipients, r)
		} else if c.Lapsed { // nobody has recorded the doubt yet
			f.Recipients = append(f.Recipients, r)
		}
		if state == RecipientPending {
			f.Retry = max(f.Retry, t.wait(report.Outcome))
			f.Alone = f.Alone || r.Last.Outcome == host.Uncertain
			f.AwaitsRoute = f.AwaitsRoute || report.Outcome == host.Unreachable
			backsOff = backsOff || report.Outcome == host.Transient || report.Outcome == host.Uncertain
		}
	}
	f.AwaitsRoute = f.AwaitsRoute && !backsOff
	if t.now.Add(f.Retry).After(c.Mail.Expires) {
		expire(f.Recipients)
	}
	return f
}

func (t terms) wait(o host.Outcome) time.Duration {
	switch o {
	case host.Unsent:
		return 0
	case host.Unreachable:
		return t.probe
	}
	return t.retry
}

func stateAfter(o host.Outcome, once bool) RecipientState {
	switch {
	case o == host.Delivered:
		return RecipientDelivered
	case o == host.Permanent:
		return RecipientFailed
	case o == host.Uncertain && once:
		return RecipientUncertain
	}
	return RecipientPending
}

// setAside returns what is to be recorded of a mail that must not be sent, and
// true, or false for one that may be. Of one whose lease lapsed, the doubt is known.
func setAside(c *Claimed, now time.Time) (Finish, bool) {
	f := Finish{Lease: c.Lease, Recipients: append([]Recipient(nil), c.Pending...)}
	switch {
	case c.Err != nil:
		f.Recipients = nil
		f.Failed = cut(c.Err.Error(), maxWords)
	case c.Lapsed && c.Mail.Once:
		for i := range f.Recipients {
			f.Recipients[i].State = RecipientUncertain
		}
	case c.Mail.Expires.Before(now):
		expire(f.Recipients)
	default:
		return Finish{}, false
	}
	return f, true
}

// expire fails the pending recipients, and keeps the last words about them. A
// doubt does not end in silence: the operator is told of it.
func expire(recipients []Recipient) {
	for i := range recipients {
		r := &recipients[i]
		if r.State != RecipientPending {
			continue
		}
		why := "expired: "
		if r.Last.Outcome == host.Uncertain {
			why = "expired, and may have been delivered: "
		}
		r.State = RecipientFailed
		r.Last.To = r.To
		r.Last.Text = why + cmp.Or(r.Last.Text, "it was never tried")
	}
}
