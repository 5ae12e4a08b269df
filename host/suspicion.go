package host

import (
	"slices"
	"strings"
	"sync"
)

// A suspicion grows with each mail in a row that the relay refuses for all its
// recipients for reasons of policy (RFC 3463: X.7.X). When they are of different
// senders or to different domains, it is not about the mails: the account is
// suspended, or relaying denied. Then it is a state of the relay.
type suspicion struct {
	mu      sync.Mutex
	senders []string
	domains []string
}

// suspicious is how many different ones make it certain.
const suspicious = 3

// refuses takes note of a delivery that has come to its end. Where that shows that
// the relay refuses all mail, it changes what is reported, and returns one of the
// reports: the relay is Unreachable, for an operator to look into.
func (p *suspicion) refuses(d *delivery) *Report {
	said, policy := allByPolicy(d.reports)
	if !said {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !policy {
		p.senders, p.domains = p.senders[:0], p.domains[:0]
		return nil
	}
	p.senders = addFold(p.senders, d.from)
	first := slices.IndexFunc(d.reports, func(r Report) bool { return r.Code != 0 })
	to := d.reports[first].To // one of each mail
	p.domains = addFold(p.domains, to[strings.LastIndexByte(to, '@')+1:])
	if len(p.senders) < suspicious && len(p.domains) < suspicious {
		return nil
	}
	for i := range d.reports {
		r := &d.reports[i]
		if r.Code == 0 {
			continue // ours: the relay was not asked
		}
		r.Outcome, r.Alarm, r.AtMail = Unreachable, true, true
		r.Text = cleanText("the relay refuses all mail: " + r.Text)
	}
	return &d.reports[first]
}

// allByPolicy returns whether the relay said anything about the mail, and whether
// all that it said was a refusal for reasons of policy.
func allByPolicy(reports []Report) (said, policy bool) {
	policy = true
	for i := range reports {
		r := &reports[i]
		if r.Code == 0 || r.Outcome == Unreachable {
			policy = policy && r.Outcome == Permanent // ours
			continue
		}
		said = true
		policy = policy && r.Outcome == Permanent && strings.HasPrefix(r.Enhanced, "5.7.")
	}
	return said, policy
}

// addFold adds s to a list of different ones, as far as it matters.
func addFold(list []string, s string) []string {
	if len(list) >= suspicious || containsFold(list, s) {
		return list
	}
	return append(list, strings.Clone(s))
}
