package host

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"
)

// maxAuthRounds bounds the challenges of one exchange. No mechanism that we know
// has more than three.
const maxAuthRounds = 10

// authenticate is RFC 4954 section 4. Credentials are said to a server that offers
// their mechanism, over TLS or on this machine, and to no other.
func (s *session) authenticate() *Report {
	if s.pool.auth == nil {
		return nil
	}
	client := s.pool.auth()
	if client == nil {
		s.leave(withBye)
		return s.alarm("AUTH cannot begin: Auth returned nil")
	}
	mechanism, first, err := client.Start()
	switch {
	case err != nil:
		s.leave(withBye)
		return s.alarm(fmt.Sprintf("AUTH cannot begin: %v", err))
	case !s.encrypted() && !s.local():
		s.leave(withBye)
		return s.alarm("credentials are not sent without TLS: set TLS to TLSRequired or TLSImplicit")
	case !s.ext.takesAuth(mechanism):
		s.leave(withBye)
		return s.alarm(s.authNotOffered(mechanism))
	}
	defer func() { s.said = nil }()
	s.said.add(first)
	rep := s.secret("AUTH "+mechanism, initialResponse(first))
	for range maxAuthRounds {
		if rep.code != 334 || rep.err != nil {
			return s.authenticated(client, rep)
		}
		response, err := s.respond(client, rep)
		if err != nil {
			return s.cancelAuth(err)
		}
		s.said.add(response)
		rep = s.secret("", base64.StdEncoding.EncodeToString(response))
	}
	return s.cancelAuth(fmt.Errorf("the server asked more than %d times", maxAuthRounds))
}

// authNotOffered says what to change.
func (s *session) authNotOffered(mechanism string) string {
	switch {
	case len(s.ext.auth) > 0:
		return fmt.Sprintf("the server does not offer AUTH %s: let Auth return a client of %s", mechanism, strings.Join(s.ext.auth, " or "))
	case s.ext.startTLS && !s.encrypted():
		return fmt.Sprintf("the server does not offer AUTH %s before STARTTLS: set TLS to TLSRequired", mechanism)
	}
	return "the server does not offer AUTH: ask at its port for submission, usually 587, or set no Auth"
}

// initialResponse is RFC 4954 section 4: one that is empty is said by "=".
func initialResponse(first []byte) string {
	switch {
	case first == nil:
		return ""
	case len(first) == 0:
		return " ="
	}
	return " " + base64.StdEncoding.EncodeToString(first)
}

// secret says a line of which the second half is not for the protocol log.
func (s *session) secret(open, hidden string) reply {
	start := len(s.out)
	s.out = append(s.out, open+hidden...)
	s.trace.hide(true)
	s.endCommand(start)
	rep := s.answer(s.pool.timeouts.Command)
	s.trace.hide(false)
	return rep
}

func (s *session) respond(client sasl.Client, rep reply) ([]byte, error) {
	challenge, err := base64.StdEncoding.DecodeString(strings.TrimSpace(rep.lines))
	if err != nil {
		return nil, fmt.Errorf("the server's challenge is not in base64")
	}
	return client.Next(challenge)
}

// cancelAuth ends an exchange that cannot go on: RFC 4954 section 4.
func (s *session) cancelAuth(why error) *Report {
	s.command("*", s.pool.timeouts.Quit)
	s.leave(withBye)
	return s.alarm(fmt.Sprintf("AUTH was broken off: %v", why))
}

// authenticated takes the end of an exchange. A refusal that will last is for an
// operator: RFC 4954 section 6. So is a server that says that we are known to it,
// and has not proved, where the mechanism asks for that, that it is known to us.
func (s *session) authenticated(client sasl.Client, rep reply) *Report {
	if rep.code != 235 || rep.err != nil {
		s.leave(withBye)
		r := s.noService(rep, "AUTH")
		r.Alarm = r.Alarm || rep.verdict() >= 500
		return r
	}
	if prover, ok := client.(interface{ Finish() error }); ok {
		if err := prover.Finish(); err != nil {
			s.leave(withBye)
			return s.alarm(fmt.Sprintf("AUTH: %v", err))
		}
	}
	return nil
}
