package host

import (
	"slices"
	"strconv"
)

// A transaction carries a mail to a group of its recipients: RFC 5321 section
// 3.3. Its commands are RSET where the server may have another transaction open,
// MAIL, RCPT for each, and DATA where it does not take chunks; then comes its
// content, and the verdict.
type transaction struct {
	d         *delivery
	group     []recipient
	accepted  []recipient // those that the server agreed to, and no verdict came
	again     []recipient // those that are to be tried again at once
	reset     bool        // RSET goes before MAIL
	chunk     bool        // its content goes as a chunk: RFC 3030
	behind    bool        // the connection has carried others: what goes wrong may be due to its age
	unwelcome bool        // MAIL was refused
	wanted    bool        // the server wants its content now
	said      bool        // its content is
	end       int64       // of its content: bytes said on the session until then
	lost      bool        // with the connection
}

// sent returns whether its last byte was handed to the connection.
func (t *transaction) sent(s *session) bool { return t.said && s.written >= t.end }

// verdicts returns how many replies are due to its content.
func (t *transaction) verdicts(lmtp bool) int32 {
	if lmtp {
		return int32(len(t.accepted)) // RFC 2033 section 4.2
	}
	return 1
}

// retry notes recipients that are to be tried again at once.
func (t *transaction) retry(recipients ...recipient) { t.again = append(t.again, recipients...) }

func (t *transaction) needsUTF8() bool {
	return t.d.needsUTF8 || slices.ContainsFunc(t.group, func(to recipient) bool { return to.mailbox.NeedsUTF8() })
}

// offer says the commands of a transaction, unless the server wants to answer
// each before it hears the next. The content goes with them where it is short
// enough to be thrown away if they are refused.
func (s *session) offer(t *transaction) {
	if !s.ext.pipelining {
		return
	}
	if t.reset {
		s.say("RSET")
	}
	s.sayMail(t)
	for i := range t.group {
		s.sayRcpt(t.group[i])
	}
	switch {
	case !t.chunk:
		s.say("DATA") // RFC 2920 section 3.1: the last of its group
	case !s.careful && len(t.d.data) <= blockSize:
		s.sayContent(t)
	}
	s.careful = false
}

func (s *session) sayMail(t *transaction) {
	start := len(s.out)
	s.out = append(s.out, "MAIL FROM:<"...)
	s.out = append(s.out, t.d.from...)
	s.out = append(s.out, '>')
	if s.ext.sized { // RFC 1870 section 6
		s.out = strconv.AppendInt(append(s.out, " SIZE="...), int64(len(t.d.data)), 10)
	}
	if t.d.eightBit {
		s.out = append(s.out, " BODY=8BITMIME"...)
	}
	if t.needsUTF8() {
		s.out = append(s.out, " SMTPUTF8"...)
	}
	if s.ext.dsn {
		s.out = s.pool.dsn.appendMail(s.out, t.d.id)
	}
	s.endCommand(start)
}

func (s *session) sayRcpt(to recipient) {
	start := len(s.out)
	s.out = append(s.out, "RCPT TO:<"...)
	s.out = append(s.out, to.mailbox.Local...)
	s.out = append(s.out, '@')
	s.out = append(s.out, to.mailbox.Domain...)
	s.out = append(s.out, '>')
	if s.ext.dsn {
		s.out = s.pool.dsn.appendRcpt(s.out)
	}
	s.endCommand(start)
}
