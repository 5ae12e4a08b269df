package host

import (
	"cmp"
	"errors"
	"net"
	"os"
	"strings"
)

// greet takes the greeting, introduces us, and makes the session safe as far as
// it is to be. It returns nil, or what is to be said of the relay.
func (s *session) greet() *Report {
	if s.pool.tls == TLSImplicit {
		if down := s.handshake("the connection"); down != nil {
			return down
		}
	}
	rep := s.await(s.pool.timeouts.Greeting)
	if rep.code != 220 || rep.err != nil {
		s.leave(cutOff)
		return s.notGreeted(rep)
	}
	if down := s.hello(); down != nil {
		return down
	}
	if down := s.startTLS(); down != nil {
		return down
	}
	return s.authenticate()
}

// notGreeted is Unreachable.
func (s *session) notGreeted(rep reply) *Report {
	down := s.noService(rep, "greeting")
	if errors.Is(rep.err, os.ErrDeadlineExceeded) && rep.text() == "" && !s.encrypted() {
		down.Text += "; a server that wants TLS from the first byte is silent like that: if this is one, set TLS to TLSImplicit"
	}
	return down
}

// hello says EHLO, or LHLO where the server speaks LMTP. What the server announces
// takes the place of what it announced before: RFC 3207 section 4.2.
func (s *session) hello() *Report {
	name := cmp.Or(s.pool.localName, literal(s.conn.LocalAddr()))
	word := "EHLO "
	if s.pool.lmtp {
		word = "LHLO " // RFC 2033 section 4.1
	}
	rep := s.command(word+name, s.pool.timeouts.Command)
	s.ext = extensions{}
	// RFC 5321 section 3.2: an old server may know HELO only.
	if rep.err == nil && (rep.code == 500 || rep.code == 502) && !s.pool.lmtp {
		rep = s.command("HELO "+name, s.pool.timeouts.Command)
	} else if rep.positive() {
		s.ext = parseExtensions(rep.lines, s.pool.ignore)
	}
	if !rep.positive() {
		return s.noService(rep, "EHLO")
	}
	return nil
}

// noService is Unreachable. What a mail server would never say, and a refusal
// to serve at all, is for an operator to look into.
func (s *session) noService(rep reply, stage string) *Report {
	r := s.report(rep, Unreachable, stage)
	foreign := rep.err == nil && rep.code < 400 || errors.Is(rep.err, errNotSMTP)
	r.Alarm = foreign || stage == "greeting" && rep.code >= 500
	return &r
}

// defaultLocalName returns the name of this machine, "" where it is no domain, or
// one without a dot: servers that look at it want a whole one, or else an address
// literal (RFC 5321 section 4.1.4).
func defaultLocalName() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	if name, err = parseDomain(name); err != nil || !strings.Contains(name, ".") {
		return ""
	}
	return name
}

// literal is RFC 5321 section 4.1.3, for section 4.1.1.1.
func literal(addr net.Addr) string {
	host, _, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "localhost" // a unix socket
	}
	host, _, _ = strings.Cut(host, "%")
	if strings.Contains(host, ":") {
		host = "IPv6:" + host
	}
	return "[" + host + "]"
}
