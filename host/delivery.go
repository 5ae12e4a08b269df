package host

import "fmt"

// A delivery is an envelope on its way.
type delivery struct {
	content
	from      string // as on the wire, without brackets
	needsUTF8 bool   // the sender or a header does
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
	d := &delivery{reports: make([]Report, len(e.To))}
	for i, to := range e.To {
		d.reports[i].To = to
		mailbox, err := ParseMailbox(to)
		if err != nil {
			d.settle([]recipient{{index: i}}, refusal("5.1.3", err.Error())) // RFC 3463 section 3.2
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
	d.from, d.needsUTF8 = mailbox.String(), mailbox.NeedsUTF8()
	return nil
}

// settle records what became of recipients. It does not take them off pending.
func (d *delivery) settle(recipients []recipient, r Report) {
	for _, to := range recipients {
		r.To = d.reports[to.index].To
		d.reports[to.index] = r
	}
}

// settlePending settles all that are pending.
func (d *delivery) settlePending(r Report) {
	d.settle(d.pending, r)
	d.pending = nil
}

func (d *delivery) refuse(status, text string) { d.settlePending(refusal(status, text)) }

// refusal is our own: no reply, and so no code.
func refusal(status, text string) Report {
	return Report{Outcome: Permanent, Enhanced: status, Text: cleanText(text)}
}

// fit refuses what this server has not the extensions for.
func (d *delivery) fit(s *session) {
	size := s.ext.size()
	switch {
	case size > 0 && int64(len(d.data)) > size: // RFC 1870 section 6.1
		d.refuse("5.3.4", fmt.Sprintf("the mail has %d bytes, and %s takes %d", len(d.data), s.relay, size))
	case d.eightBit && !s.ext.has("8BITMIME"): // RFC 6152 section 3
		d.refuse("5.6.3", "the mail has 8-bit content, which "+s.relay+" does not take")
	case d.needsUTF8 && !s.ext.has("SMTPUTF8"): // RFC 6531 section 3.5
		d.refuse("5.6.7", "the sender or a header is in UTF-8, which "+s.relay+" does not take")
	}
	if s.ext.has("SMTPUTF8") {
		return
	}
	fit := d.pending[:0]
	for _, to := range d.pending {
		if to.mailbox.NeedsUTF8() {
			d.settle([]recipient{to}, refusal("5.6.7", "the address is in UTF-8, which "+s.relay+" does not take"))
			continue
		}
		fit = append(fit, to)
	}
	d.pending = fit
}
