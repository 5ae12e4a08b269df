package host

import (
	"errors"
	"strings"
)

var errNoVerdict = errors.New("the server did not go on")

// mailRefused takes a reply to MAIL that is no welcome: it tells what is wrong with
// the connection or the relay from what is wrong with the mail.
func (s *session) mailRefused(t *transaction, rep reply) (down *Report) {
	code := rep.verdict()
	enough := s.carried > 0 && (code == 421 || code == 452)
	if enough && !s.taught { // as many mails as this server takes from one connection
		s.taught = true
		s.pool.lessons.learn(s.carried, rep.text())
	}
	switch {
	case code < 400 || code == 421:
		return s.lostAtMail(t, rep)
	case enough:
		s.leave(withBye)
		t.retry(t.group...)
		return nil
	case code == 454 || code == 450 && rep.enhanced() == "4.7.1": // the relay throttles
		return s.givesUp(t, rep)
	case code == 530: // RFC 4954 section 6
		down = s.givesUp(t, rep)
		down.Alarm, down.AtMail = true, false // it says so to everyone
		return down
	case code == 500 || code == 503 || code == 501 && !strings.HasPrefix(rep.enhanced(), "5.1."):
		s.leave(cutOff) // the server does not follow
		if t.behind {
			t.retry(t.group...)
			return nil
		}
	}
	t.d.settle(t.group, s.refused(rep, "MAIL"))
	return nil
}

// lostAtMail tells a connection that may have been dead before from a relay that
// gives up at this mail.
func (s *session) lostAtMail(t *transaction, rep reply) (down *Report) {
	if t.behind || t.sent(s) || s.aborted.Load() {
		s.lose(t, t.group, rep, "MAIL")
		return nil
	}
	s.lose(t, nil, rep, "MAIL")
	return s.givesUp(t, rep)
}

// givesUp returns what is to be said of the relay.
func (s *session) givesUp(t *transaction, rep reply) *Report {
	s.leave(withBye)
	t.retry(t.group...)
	down := s.report(rep, Unreachable, "MAIL")
	down.AtMail = true
	return &down
}

// refused is Permanent for 5yz, Transient for all else.
func (s *session) refused(rep reply, command string) Report {
	if rep.verdict() >= 500 {
		return s.report(rep, Permanent, command)
	}
	return s.report(rep, Transient, command)
}

// tooMany returns whether the server takes no more recipients in this
// transaction (RFC 5321 section 4.5.3.1.10). X.2.2 is one full mailbox.
func tooMany(rep reply) bool {
	return (rep.code == 452 || rep.code == 552) && rep.err == nil && !strings.HasSuffix(rep.enhanced(), ".2.2")
}

func (s *session) dataRefused(t *transaction, rep reply) {
	code := rep.verdict()
	if code < 400 || code == 421 || code == 503 || noRecipients(rep) {
		s.lose(t, t.accepted, rep, "DATA")
		return
	}
	if code < 500 {
		s.leave(withBye)
	}
	t.d.settle(t.accepted, s.refused(rep, "DATA"))
	t.accepted = t.accepted[:0]
}

// noRecipients returns whether the server has forgotten the recipients that it
// accepted: RFC 5321 section 3.3.
func noRecipients(rep reply) bool {
	return rep.code == 554 &&
		(rep.enhanced() == "5.5.1" || strings.Contains(strings.ToLower(rep.text()), "no valid recipients"))
}

// settleVerdict settles recipients by the reply to the content, and returns
// whether it was one. The first digit decides: RFC 5321 section 4.2.1. Nothing
// but a refusal takes back what may have been accepted: section 4.2.5. Before
// the last byte nothing but a refusal counts.
func (s *session) settleVerdict(t *transaction, recipients []recipient, rep reply) bool {
	crossed := errors.Is(rep.err, errUnasked) || !t.sent(s)
	if crossed && rep.code >= 400 {
		rep.err = nil
	}
	switch code := rep.verdict(); {
	case code == 421 && !t.sent(s):
		s.dismissed = true
		s.lose(t, recipients, rep, "the content")
		return false
	case t.chunk && (code == 503 || noRecipients(rep)):
		s.leave(cutOff)
		t.d.settle(recipients, s.report(rep, Transient, "the content"))
	case code >= 400:
		t.d.settle(recipients, s.refused(rep, "the content"))
	case code/100 == 2 && t.sent(s):
		if code != 250 || rep.odd {
			s.leave(cutOff)
		}
		s.window = min(s.window+1, maxWindow)
		s.pool.lessons.delivered()
		t.d.settle(recipients, s.report(rep, Delivered, "the content"))
	default:
		s.lose(t, recipients, rep, "the content")
		return false
	}
	return true
}

// lose says what becomes of recipients without an outcome where the connection
// is of no more use. What was sent whole may have arrived, but not behind a 421,
// the server's last word: RFC 5321 section 3.8. By LMTP it is the last word on one
// recipient, and the others have the same content. What was not sent whole is tried
// again at once, unless it may be the one that the server hung up on, or we did.
func (s *session) lose(t *transaction, recipients []recipient, rep reply, command string) {
	blamed := !s.lost
	s.leave(cutOff)
	s.lost, t.lost = true, true
	t.wanted, t.accepted = false, nil
	switch {
	case t.sent(s) && (!s.dismissed || s.pool.lmtp):
		t.d.settle(recipients, s.report(rep, Uncertain, command))
	case s.aborted.Load():
		t.d.settle(recipients, *unsent(errAborted))
	case t.behind && (!blamed || s.dismissed || command == "MAIL" || command == "RSET"):
		t.retry(recipients...)
	default:
		t.d.settle(recipients, s.report(rep, Transient, command))
	}
}

func (s *session) report(rep reply, outcome Outcome, command string) Report {
	r := rep.report(outcome, command)
	r.Relay = s.pool.relay
	return r
}
