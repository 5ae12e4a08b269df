package host

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/stretchr/testify/require"
)

// smtp returns the client that a script asks for.
func (s *script) smtp(t *testing.T, w *wire) *SMTP {
	h := &SMTP{Addr: "localhost:25", LocalName: "client.example", MaxConns: 1, dialer: w.dial}
	if !s.timed {
		h.Timeouts = Timeouts{Greeting: aWhile, TLS: aWhile, Command: aWhile, Data: aWhile, Block: aWhile, Verdict: aWhile, Quit: aWhile}
	}
	for _, setting := range s.client {
		name, value, _ := strings.Cut(setting, "=")
		switch name {
		case "tls":
			h.TLS = tlsMode(t, value)
		case "auth":
			h.Auth = authBy(t, value)
		case "clock":
			off, err := time.ParseDuration(value)
			require.NoError(t, err)
			h.TLSConfig = &tls.Config{Time: func() time.Time { return time.Now().Add(off) }}
		case "remote":
			h.dialer = remotely(w.dial)
		default:
			require.Fail(t, "unknown setting", setting)
		}
	}
	if h.TLS != TLSAuto && h.TLS != TLSNone {
		h.TLSConfig = trusting(h.TLSConfig)
	}
	return h
}

func tlsMode(t *testing.T, name string) TLSMode {
	m := slices.Index(tlsModeNames[:], name)
	require.GreaterOrEqual(t, m, 0)
	return TLSMode(m)
}

func authBy(t *testing.T, mechanism string) func() sasl.Client {
	return func() sasl.Client {
		switch mechanism {
		case "PLAIN":
			return sasl.NewPlainClient("", "user", "secret")
		case "LOGIN":
			return sasl.NewLoginClient("user", "secret")
		}
		require.Fail(t, "unknown mechanism", mechanism)
		return nil
	}
}

// remotely makes connections look as if the server were on another machine.
func remotely(dial func(context.Context) (net.Conn, error)) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		c, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		return remoteConn{c}, nil
	}
}

type remoteConn struct{ net.Conn }

func (remoteConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 25} }
