package host

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

var errOffLoopback = errors.New("it is not a loopback address, and without TLS, which is not here yet, mail goes to no other")

// dial connects to the relay. However its name resolves, no packet leaves for
// an address off loopback.
func (p *pool) dial(ctx context.Context) (net.Conn, error) {
	if p.dialer != nil {
		return p.dialer(ctx)
	}
	d := net.Dialer{Timeout: p.timeouts.Dial, ControlContext: onlyLoopback}
	return d.DialContext(ctx, "tcp", p.addr)
}

func onlyLoopback(_ context.Context, _, address string, _ syscall.RawConn) error {
	ip, err := netip.ParseAddrPort(address)
	if err != nil || !ip.Addr().IsLoopback() {
		return errOffLoopback
	}
	return nil
}

// open returns a session that is ready for mail. ctx ends it until then.
func (p *pool) open(ctx context.Context) (*session, *Report) {
	conn, err := p.dial(ctx)
	if err != nil {
		return nil, p.cannotDial(ctx, err)
	}
	s := newSession(conn, p.relay, p.timeouts)
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	down := s.greet(p.localName)
	if stop(); ctx.Err() != nil {
		s.leave(cutOff)
		s.finish()
		return nil, unsent(ctx.Err())
	}
	if down != nil {
		s.finish()
		return nil, down
	}
	return s, nil
}

// cannotDial is Unreachable. A name that does not exist, an address that is
// refused here and a machine without resources are for an operator.
func (p *pool) cannotDial(ctx context.Context, err error) *Report {
	if ctx.Err() != nil {
		return unsent(ctx.Err())
	}
	var dns *net.DNSError
	alarm := errors.Is(err, errOffLoopback) || errors.As(err, &dns) && dns.IsNotFound
	for _, errno := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.EADDRNOTAVAIL} {
		alarm = alarm || errors.Is(err, errno)
	}
	return &Report{Outcome: Unreachable, Text: cleanText(err.Error()), Relay: p.relay, Alarm: alarm}
}

// unsent says why an envelope was not tried.
func unsent(err error) *Report {
	return &Report{Outcome: Unsent, Text: cleanText(fmt.Sprintf("not sent: %v", err))}
}
