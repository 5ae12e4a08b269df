package host

import (
	"fmt"
	"slices"
	"strings"
)

// A delivery is an envelope on its way.
type delivery struct {
	content
	index     int    // in the batch
	from      string // as on the wire, without brackets
	id        string
	needsUTF8 bool // the sender or a header does
	begun     bool // a transaction of it was
	queued    bool // it waits for a transaction
	flying    int  // its transactions that are under way
	pending   []recipient
	reports   []Report
}

type recipient struct {
	index   int // in Envelope.To
	mailbox Mailbox
}

// newDelivery checks what can be checked without a server. What is not fit to
// be sent is Permanent, and not pending.
func newDelivery(e *Envelope) *delivery {
	d := &delivery{id: e.ID, reports: make([]Report, len(e.To)), pending: make([]recipient, 0, len(e.To))}
	for i, to := range e.To {
		d.reports[i].To = to
		mailbox, err := ParseMailbox(to)
		if err != nil {
			d.settleOne(i, refusal("5.1.3", err.Error())) // RFC 3463 section 3.2
			continue
		}
		d.pending = append(d.pending, recipient{i, mailbox})
	}
	if err := d.setSender(e.From); err != nil {
		d.refuse("5.1.7", err.Error())
	}
	var err error
	if d.content, err = checkContent(e.Data); err != nil {
		d.refuse("5.6.0", "the mail cannot be sent as it is: "+err.Error())
	}
	d.needsUTF8 = d.needsUTF8 || d.utf8Header
	return d
}

func (d *delivery) setSender(from string) error {
	if from == "" {
		return nil
	}
	mailbox, err := ParseMailbox(from)
	if err != nil {
		return err
	}
	d.from, d.needsUTF8 = from, mailbox.NeedsUTF8()
	if !strings.HasSuffix(from, mailbox.Domain) { // it was converted
		d.from = mailbox.String()
	}
	return nil
}

// settle records what became of recipients. It does not take them off pending.
func (d *delivery) settle(recipients []recipient, r Report) {
	for _, to := range recipients {
		d.settleOne(to.index, r)
	}
}

func (d *delivery) settleOne(index int, r Report) {
	r.To = d.reports[index].To
	d.reports[index] = r
}

// settlePending settles all that are pending.
func (d *delivery) settlePending(r Report) {
	d.settle(d.pending, r)
	d.pending = d.pending[:0]
}

func (d *delivery) refuse(status, text string) { d.settlePending(refusal(status, text)) }

// refuseWhere refuses the recipients whose mailbox is unfit.
func (d *delivery) refuseWhere(unfit func(Mailbox) bool, status, text string) {
	d.pending = slices.DeleteFunc(d.pending, func(to recipient) bool {
		refused := unfit(to.mailbox)
		if refused {
			d.settleOne(to.index, refusal(status, text))
		}
		return refused
	})
}

// refusal is our own: no reply, and so no code.
func refusal(status, text string) Report {
	return Report{Outcome: Permanent, Enhanced: status, Text: cleanText(text)}
}

// fit refuses what this server has not the extensions for.
func (d *delivery) fit(s *session) {
	ext := &s.ext
	switch {
	case ext.size > 0 && int64(len(d.data)) > ext.size: // RFC 1870 section 6.1
		d.refuse("5.3.4", fmt.Sprintf("the mail has %d bytes, and %s takes %d", len(d.data), s.pool.relay, ext.size))
	case d.eightBit && !ext.eightBit: // RFC 6152 section 3
		d.refuse("5.6.3", "the mail has 8-bit content, which "+s.pool.relay+" does not take")
	case d.needsUTF8 && !ext.utf8: // RFC 6531 section 3.5
		d.refuse("5.6.7", "the sender or a header is in UTF-8, which "+s.pool.relay+" does not take")
	}
	if !ext.utf8 && slices.ContainsFunc(d.pending, func(to recipient) bool { return to.mailbox.NeedsUTF8() }) {
		d.refuseWhere(func(m Mailbox) bool { return m.NeedsUTF8() }, "5.6.7", "the address is in UTF-8, which "+s.pool.relay+" does not take")
	}
}

// group returns the recipients of the next transaction: as many of those pending
// as the server takes at a time.
func (d *delivery) group(ext *extensions) []recipient {
	n := min(len(d.pending), ext.recipients())
	if ext.domainMax > 0 {
		n = min(n, d.withinDomains(ext.domainMax))
	}
	return d.pending[:n]
}

// withinDomains returns how many of those pending come before one that is of one
// domain too many: RFC 9422 section 4.3.
func (d *delivery) withinDomains(most int) int {
	var domains []string
	for i, to := range d.pending {
		if !containsFold(domains, to.mailbox.Domain) {
			if domains = append(domains, to.mailbox.Domain); len(domains) > most {
				return i
			}
		}
	}
	return len(d.pending)
}
