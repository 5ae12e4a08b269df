package host

import "slices"

// ask returns the reply to a command, which is said only now where offer has not.
func (s *session) ask(say func()) reply {
	if !s.ext.pipelining {
		say()
	}
	return s.answer(s.pool.timeouts.Command)
}

// hear takes what the server says to the commands of a transaction: it settles
// the recipients that are refused, and notes those that are accepted and those
// to be tried again at once. Where the server has said something about itself
// and not about the mail, hear returns what is to be said of the relay; the mail
// is then among those to be tried again.
func (s *session) hear(t *transaction) (down *Report) {
	if s.over(t) {
		s.lose(t, t.group, reply{err: errNoVerdict}, "MAIL")
		return nil
	}
	if t.reset && !s.hearReset(t) {
		return nil
	}
	rep := s.ask(func() { s.sayMail(t) })
	welcome := rep.positive()
	if welcome {
		s.dirty = true
	} else {
		t.unwelcome = true
		down = s.mailRefused(t, rep)
	}
	if s.lost || !welcome && !s.ext.pipelining {
		return down
	}
	s.hearRecipients(t, welcome)
	switch {
	case s.lost:
	case t.chunk:
		t.wanted = len(t.accepted) > 0 && !t.said
	case s.ext.pipelining || len(t.accepted) > 0:
		s.hearData(t, welcome)
	}
	return down
}

// over returns whether no answer to a transaction is to be waited for: the server
// has said its last, or what it says can no longer be told apart, or nothing more
// is to be sent to it and the content was not.
func (s *session) over(t *transaction) bool {
	return s.lost || s.dismissed || s.end == cutOff && !t.said
}

// hearReset returns false where there is no more to hear of the transaction. A
// server that cannot forget what was before is left: RFC 5321 section 4.1.1.5.
func (s *session) hearReset(t *transaction) bool {
	rep := s.ask(func() { s.say("RSET") })
	if rep.positive() {
		s.dirty = false
		return true
	}
	s.leave(cutOff)
	if rep.err == nil && rep.code != 421 && t.said {
		return true
	}
	s.lose(t, t.group, rep, "RSET")
	return false
}

// hearRecipients takes what the server says to each RCPT. Where MAIL was not
// welcome, that is no news.
func (s *session) hearRecipients(t *transaction, welcome bool) {
	for i, to := range t.group {
		rep := s.ask(func() { s.sayRcpt(to) })
		switch code := rep.verdict(); {
		case !welcome:
			if rep.err != nil || code == 421 || code/100 == 3 {
				s.lose(t, nil, rep, "RCPT")
				return
			}
		case rep.positive():
			t.accepted = append(t.accepted, to)
		case code < 400 || code == 421 || code == 503:
			s.lose(t, slices.Concat(t.accepted, t.group[i:]), rep, "RCPT")
			return
		case len(t.accepted) > 0 && tooMany(rep):
			t.retry(to)
			if !s.ext.pipelining {
				t.retry(t.group[i+1:]...)
				return
			}
		default:
			t.d.settleOne(to.index, s.refused(rep, "RCPT"))
			if rep.err != nil {
				s.lose(t, slices.Concat(t.accepted, t.group[i+1:]), reply{err: rep.err}, "RCPT")
				return
			}
		}
	}
}

// hearData takes what the server says to DATA. Where it wants the content
// although there is no recipient, it gets an empty one: RFC 2920 section 3.1. But
// where there is no sender either, it may be one for another's recipients.
func (s *session) hearData(t *transaction, welcome bool) {
	if !s.ext.pipelining {
		s.say("DATA")
	}
	rep := s.answer(s.pool.timeouts.Data)
	goAhead := rep.code == 354 && rep.err == nil
	switch {
	case goAhead && len(t.accepted) > 0:
		t.wanted = true
	case goAhead && !welcome:
		s.leave(cutOff)
	case goAhead:
		s.command(".", s.pool.timeouts.Verdict)
		s.dirty = false
	case len(t.accepted) > 0:
		s.dataRefused(t, rep)
	}
}

// judge takes the verdict on the content, where it was said.
func (s *session) judge(t *transaction) {
	if !t.said || t.lost {
		return
	}
	if len(t.accepted) == 0 {
		s.judgeRefused(t)
		return
	}
	s.carried++
	s.pool.counts.mails.Add(1)
	s.dirty = false
	if s.pool.lmtp {
		s.judgeEach(t)
		return
	}
	s.settleVerdict(t, t.accepted, s.answer(s.pool.timeouts.Verdict))
}

// judgeRefused takes the chunk's refusal: RFC 3030 section 2. A server that agrees
// may have another transaction open, and have taken the content for that.
func (s *session) judgeRefused(t *transaction) {
	rep := s.answer(s.pool.timeouts.Verdict)
	if rep.code/100 == 2 && t.unwelcome {
		s.leave(cutOff)
		t.again = t.again[:0]
		t.d.settle(t.group, s.report(rep, Uncertain, "the content of a mail that it had refused"))
	}
	if rep.err != nil {
		s.lose(t, nil, rep, "the content")
	}
}

// judgeEach is RFC 2033 section 4.2: a verdict for each recipient that was
// accepted, in their order.
func (s *session) judgeEach(t *transaction) {
	accepted := t.accepted
	for i := range accepted {
		if !s.settleVerdict(t, accepted[i:i+1], s.answer(s.pool.timeouts.Verdict)) {
			s.lose(t, accepted[i+1:], reply{err: errNoVerdict}, "the content")
			return
		}
	}
}
