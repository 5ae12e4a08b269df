package host

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// dial connects to the relay. Where its name has several addresses, they are
// tried one after the other: RFC 5321 section 5.1.
func (p *pool) dial(ctx context.Context) (net.Conn, error) {
	if p.dialer != nil {
		return p.dialer(ctx)
	}
	d := net.Dialer{Timeout: p.timeouts.Dial}
	return d.DialContext(ctx, p.network, p.addr)
}

// open returns a session that is ready for mail. ctx ends it until then.
func (p *pool) open(ctx context.Context) (*session, *Report) {
	s, refusal := p.begin(ctx)
	if refusal != nil && refusal.Outcome == Unreachable {
		p.counts.dialFailed.Add(1)
	}
	return s, refusal
}

func (p *pool) begin(ctx context.Context) (*session, *Report) {
	conn, err := p.dial(ctx)
	if err != nil {
		return nil, p.cannotDial(ctx, err)
	}
	p.counts.open.Add(1)
	p.counts.dialed.Add(1)
	s := newSession(conn, p)
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	down := s.greetOrEnd()
	if stop(); ctx.Err() != nil {
		s.leave(cutOff)
		s.finish()
		return nil, unsent(ctx.Err())
	}
	if down != nil {
		s.finish()
		return nil, down
	}
	s.listen()
	return s, nil
}

// greetOrEnd sees to it that nothing is left of a session during which the user's Auth
// panics, or ends its goroutine.
func (s *session) greetOrEnd() *Report {
	returned := false
	defer func() {
		if !returned {
			s.leave(cutOff)
			s.finish()
		}
	}()
	down := s.greet()
	returned = true
	return down
}

// cannotDial is Unreachable. A name that does not exist and a machine without
// resources are for an operator.
func (p *pool) cannotDial(ctx context.Context, err error) *Report {
	if ctx.Err() != nil {
		return unsent(ctx.Err())
	}
	var dns *net.DNSError
	alarm := errors.As(err, &dns) && dns.IsNotFound
	for _, errno := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.EADDRNOTAVAIL} {
		alarm = alarm || errors.Is(err, errno)
	}
	return &Report{Outcome: Unreachable, Text: cleanText(err.Error()), Relay: p.relay, Alarm: alarm}
}

// unsent says why an envelope was not tried.
func unsent(err error) *Report {
	return &Report{Outcome: Unsent, Text: cleanText(fmt.Sprintf("not sent: %v", err))}
}
