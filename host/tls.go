package host

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
)

// A TLSMode says how connections are encrypted. Where they are, the server's
// certificate is verified, unless TLSConfig says otherwise; a certificate that is
// refused, or a server that does not offer what is required, makes mail
// Unreachable with Alarm set, and none is sent in the clear.
type TLSMode uint8

const (
	TLSAuto          TLSMode = iota // TLSRequired, or TLSNone where the server is on loopback
	TLSRequired                     // STARTTLS (RFC 3207), or no mail
	TLSImplicit                     // TLS from the first byte (RFC 8314), as usual on port 465
	TLSOpportunistic                // STARTTLS where it is offered; anyone on the way can see to it that it is not
	TLSNone                         // no TLS; credentials are then sent to loopback only
)

var tlsModeNames = [...]string{"auto", "required", "implicit", "opportunistic", "none"}

// String returns the mode's name in lower case.
func (m TLSMode) String() string {
	if int(m) < len(tlsModeNames) {
		return tlsModeNames[m]
	}
	return fmt.Sprintf("TLSMode(%d)", uint8(m))
}

// startTLS encrypts the session where that is wanted.
func (s *session) startTLS() *Report {
	required := s.pool.tls == TLSRequired || s.pool.tls == TLSAuto && !s.local()
	switch {
	case !required && s.pool.tls != TLSOpportunistic:
		return nil
	case !s.ext.startTLS && required:
		s.leave(withBye)
		return s.alarm("the server does not offer STARTTLS, and TLS is required")
	case !s.ext.startTLS:
		return nil
	}
	rep := s.command("STARTTLS", s.pool.timeouts.Command)
	switch {
	case errors.Is(rep.err, errTrailing), s.in.Buffered() > 0:
		// Something was slipped in before the encryption: CVE-2021-38371.
		s.leave(cutOff)
		return s.alarm("the server, or somebody on the way, said more than its reply to STARTTLS")
	case rep.code != 220 || rep.err != nil:
		down := s.noService(rep, "STARTTLS")
		down.Alarm = down.Alarm || rep.code >= 500
		return down
	}
	if down := s.handshake("STARTTLS"); down != nil {
		return down
	}
	return s.hello()
}

// handshake puts the session onto TLS.
func (s *session) handshake(after string) *Report {
	conn := tls.Client(s.conn, s.pool.tlsConfig)
	ctx, cancel := context.WithTimeout(context.Background(), s.pool.timeouts.TLS)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		s.leave(cutOff)
		r := s.alarm(fmt.Sprintf("no TLS after %s: %v", after, err))
		r.Alarm = configuration(err)
		return r
	}
	s.conn = conn
	s.in.Reader = bufio.NewReader(conn)
	return nil
}

// configuration returns whether a handshake failed for a reason that will last,
// such as the certificate, the versions, or a server that does not speak TLS, and
// not with the connection.
func configuration(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) {
		// crypto/tls marks the alerts of both sides so.
		return op.Op == "remote error" || op.Op == "local error"
	}
	return !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) &&
		!errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, net.ErrClosed)
}

func (s *session) alarm(text string) *Report {
	return &Report{Outcome: Unreachable, Text: cleanText(text), Relay: s.pool.relay, Alarm: true}
}

// local returns whether the server is on this machine.
func (s *session) local() bool {
	addr := s.conn.RemoteAddr()
	if tcp, ok := addr.(*net.TCPAddr); ok {
		return tcp.IP.IsLoopback()
	}
	return addr.Network() == "unix" || addr.Network() == "pipe"
}

// clientTLS completes a configuration for connections to addr.
func clientTLS(config *tls.Config, addr string, conns int) *tls.Config {
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12} // RFC 8996
	} else {
		config = config.Clone()
	}
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(addr)
	}
	if config.ClientSessionCache == nil {
		config.ClientSessionCache = tls.NewLRUClientSessionCache(conns)
	}
	return config
}
