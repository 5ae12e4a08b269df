package host

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
)

// dialAddr returns what to dial: host:port with the name in ASCII, or the path of
// a unix socket, where that is allowed.
func dialAddr(addr string, sockets bool) (network, dialed string, err error) {
	if sockets && strings.Contains(addr, "/") {
		return "unix", addr, nil
	}
	dialed, err = hostPort(addr)
	return "tcp", dialed, err
}

// hostPort returns host:port with the name in ASCII.
func hostPort(addr string) (string, error) {
	if addr == "" {
		return "", errors.New("host: Addr is empty: write host:port, for example localhost:25")
	}
	name, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("host: Addr %q is not host:port, for example localhost:25", shown(addr))
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", fmt.Errorf("host: Addr %q has no port from 1 to 65535", shown(addr))
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return addr, nil
	}
	name, err = parseDomain(name)
	if err != nil {
		return "", fmt.Errorf("host: Addr %q has a host that is no name and no IP address: %w", shown(addr), err)
	}
	return net.JoinHostPort(name, port), nil
}

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
