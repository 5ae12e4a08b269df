package host

import (
	"fmt"
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDialRefusesAddressesOffLoopback(t *testing.T) {
	tests := map[string]bool{
		"127.0.0.1:25": true, "127.255.0.1:25": true, "[::1]:25": true, "[::ffff:127.0.0.1]:25": true,
		"192.0.2.1:25": false, "0.0.0.0:25": false, "[::]:25": false, "[2001:db8::1]:25": false,
		"[::ffff:192.0.2.1]:25": false, "[fe80::1%lo]:25": false, "relay:25": false,
	}
	for address, ok := range tests {
		require.Equal(t, ok, onlyLoopback(t.Context(), "tcp", address, nil) == nil, address)
	}
	p := &pool{addr: "192.0.2.1:25", relay: "relay.example:25", timeouts: Timeouts{}.withDefaults()}
	_, down := p.open(t.Context())
	require.Equal(t, Unreachable, down.Outcome)
	require.True(t, down.Alarm)
	require.Equal(t, "relay.example:25", down.Relay)
	require.Contains(t, down.Text, "TLS, which is not here yet")
}

func TestCannotDial(t *testing.T) {
	tests := []struct {
		name  string
		err   error
		alarm bool
	}{
		{"no such name", &net.DNSError{Err: "no such host", IsNotFound: true}, true},
		{"name server does not answer", &net.DNSError{Err: "timeout", IsTimeout: true}, false},
		{"out of files", fmt.Errorf("dial: %w", syscall.EMFILE), true},
		{"refused", net.UnknownNetworkError("refused"), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			down := (&pool{relay: "relay:25"}).cannotDial(t.Context(), test.err)
			require.Equal(t, Report{Outcome: Unreachable, Text: test.err.Error(), Relay: "relay:25", Alarm: test.alarm}, *down)
		})
	}
}
