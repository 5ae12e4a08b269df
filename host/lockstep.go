package host

import (
	"errors"
	"fmt"
	"strings"
)

// transact carries a mail to a group of recipients in one transaction, one
// command at a time (RFC 5321 section 3.3). It settles the first n of them; the
// others are for a next transaction.
//
// Where the server has said something about itself and not about the mail, it
// settles none and returns what to say of the relay, or nil where a fresh
// connection may do better.
func (s *session) transact(d *delivery, group []recipient) (n int, down *Report) {
	kept := s.kept
	s.kept = true
	if rep := s.command(s.mailCommand(d, group), s.timeouts.Command); !rep.positive() {
		return s.mailRefused(d, group, rep, kept)
	}
	accepted, n := s.offer(d, group)
	if len(accepted) > 0 {
		s.sendData(d, accepted)
	} else if s.end == goOn {
		s.check("RSET")
	}
	return n, nil
}

func (s *session) mailCommand(d *delivery, group []recipient) string {
	command := "MAIL FROM:<" + d.from + ">"
	if s.ext.has("SIZE") { // RFC 1870 section 6
		command += fmt.Sprintf(" SIZE=%d", len(d.data))
	}
	if d.eightBit {
		command += " BODY=8BITMIME"
	}
	utf8 := d.needsUTF8
	for _, to := range group {
		utf8 = utf8 || to.mailbox.NeedsUTF8()
	}
	if utf8 {
		command += " SMTPUTF8"
	}
	return command
}

// mailRefused tells what is wrong with the connection or the relay from what
// is wrong with the mail.
func (s *session) mailRefused(d *delivery, group []recipient, rep reply, kept bool) (int, *Report) {
	code, status := rep.verdict(), rep.enhanced()
	unreachable := s.report(rep, Unreachable, "MAIL")
	unreachable.AtMail = true
	switch {
	case code < 400 || code == 421:
		s.leave(cutOff)
		return 0, unless(kept, unreachable)
	case code == 452 && s.carried > 0:
		// As many mails as this server takes from one connection.
		s.leave(withBye)
		return 0, nil
	case code == 454 || code == 450 && status == "4.7.1":
		// The relay throttles.
		s.leave(withBye)
		return 0, &unreachable
	case code == 530: // RFC 4954 section 6
		s.leave(withBye)
		unreachable.Alarm, unreachable.AtMail = true, false // it says so to everyone
		return 0, &unreachable
	case code == 500 || code == 503 || code == 501 && !strings.HasPrefix(status, "5.1."):
		// The server does not follow.
		s.leave(cutOff)
		if kept {
			return 0, nil
		}
	}
	d.settle(group, s.refused(rep, "MAIL"))
	return len(group), nil
}

// unless returns nil where a fresh connection may do better.
func unless(kept bool, r Report) *Report {
	if kept {
		return nil
	}
	return &r
}

// refused is Permanent for 5yz, Transient for all else.
func (s *session) refused(rep reply, command string) Report {
	if rep.verdict() >= 500 {
		return s.report(rep, Permanent, command)
	}
	return s.report(rep, Transient, command)
}

// offer names the recipients to the server. It settles those that it refuses
// and returns the others, with how many it came to.
func (s *session) offer(d *delivery, group []recipient) (accepted []recipient, n int) {
	for i, to := range group {
		rep := s.command("RCPT TO:<"+to.mailbox.String()+">", s.timeouts.Command)
		if rep.positive() {
			accepted = append(accepted, to)
			continue
		}
		if len(accepted) > 0 && tooMany(rep) {
			return accepted, i
		}
		mine, others := s.recipientRefused(rep)
		d.settle(group[i:i+1], mine)
		if s.end != goOn {
			d.settle(accepted, others)
			d.settle(group[i+1:], others)
			return nil, len(group)
		}
	}
	return accepted, len(group)
}

// tooMany returns whether the server takes no more recipients in this
// transaction (RFC 5321 section 4.5.3.1.10). X.2.2 is one full mailbox.
func tooMany(rep reply) bool {
	return (rep.code == 452 || rep.code == 552) && rep.err == nil && !strings.HasSuffix(rep.enhanced(), ".2.2")
}

// recipientRefused returns what is to be said of the recipient, and of the
// others where the session has come to its end.
func (s *session) recipientRefused(rep reply) (mine, others Report) {
	code := rep.verdict()
	if code < 400 || code == 421 || code == 503 {
		s.leave(cutOff)
		mine = s.report(rep, Transient, "RCPT")
		return mine, mine
	}
	others = Report{Outcome: Transient, Text: "the connection was lost after RCPT", Relay: s.relay}
	return s.refused(rep, "RCPT"), others
}

// sendData sends the content to those that the server has accepted.
func (s *session) sendData(d *delivery, accepted []recipient) {
	rep := s.command("DATA", s.timeouts.Data)
	if rep.code != 354 || rep.err != nil {
		d.settle(accepted, s.dataRefused(rep))
		return
	}
	last, ok := s.writeContent(d.data)
	if !ok {
		d.settle(accepted, s.cutShort(last))
		return
	}
	s.carried++
	d.settle(accepted, s.verdict(s.await(s.timeouts.Verdict)))
}

func (s *session) dataRefused(rep reply) Report {
	code := rep.verdict()
	switch {
	case code < 400 || code == 503 || noRecipients(rep):
		s.leave(cutOff)
		return s.report(rep, Transient, "DATA")
	case code < 500:
		s.leave(withBye)
	case s.end == goOn:
		s.check("RSET")
	}
	return s.refused(rep, "DATA")
}

// noRecipients returns whether the server has forgotten the recipients that it
// accepted: RFC 5321 section 3.3.
func noRecipients(rep reply) bool {
	return rep.code == 554 &&
		(rep.enhanced() == "5.5.1" || strings.Contains(strings.ToLower(rep.text()), "no valid recipients"))
}

// cutShort reports a mail whose content could not be written to its end. A
// refusal that the server sent early is its verdict; no other word of it can be.
// Where the last write was tried, the mail may have arrived.
func (s *session) cutShort(last bool) Report {
	rep := s.lastWords()
	if rep.code >= 400 {
		rep.err = nil
		return s.refused(rep, "the content")
	}
	if last {
		return s.report(rep, Uncertain, "the content")
	}
	return s.report(rep, Transient, "the content")
}

// verdict reports a mail whose last byte was sent. The first digit decides:
// RFC 5321 section 4.2.1. Nothing but a refusal takes back what may have been
// accepted: section 4.2.5.
func (s *session) verdict(rep reply) Report {
	if errors.Is(rep.err, errUnasked) && rep.code >= 400 {
		rep.err = nil // a refusal that crossed the last byte
	}
	code := rep.verdict()
	switch {
	case code >= 400:
		return s.refused(rep, "the content")
	case code/100 == 2:
		if code != 250 || rep.odd {
			s.leave(cutOff)
		}
		return s.report(rep, Delivered, "the content")
	}
	s.leave(cutOff)
	return s.report(rep, Uncertain, "the content")
}
