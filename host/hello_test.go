package host

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

func TestIntroduction(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:25": "[127.0.0.1]", "[::1]:25": "[IPv6:::1]", "[fe80::1%lo]:25": "[IPv6:fe80::1]",
	} {
		a, err := net.ResolveTCPAddr("tcp", addr)
		require.NoError(t, err)
		require.Equal(t, want, literal(a))
	}
	if name := defaultLocalName(); name != "" {
		_, err := parseDomain(name)
		require.NoError(t, err)
		require.Contains(t, name, ".")
	}
}

// A server that waits for TLS says nothing, and neither do we.
func TestGreetingOfAServerThatWaitsForTLS(t *testing.T) {
	srv := startServer(t, &hosttest.Server{TLS: true})
	h := client(t, &SMTP{Addr: srv.Addr, Timeouts: Timeouts{Greeting: 50 * time.Millisecond}})
	r := sendOne(t, h, envelope("b@y.example"))[0]
	require.Equal(t, Unreachable, r.Outcome)
	require.Contains(t, r.Text, "i/o timeout")
	require.Contains(t, r.Text, "set TLS to TLSImplicit")
}
