package host

import (
	"fmt"
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

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
