package hosttest

import (
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// No outgoing connection can take the port of a server that is closed for a while.
func TestPortIsNoneOfOutgoingConnections(t *testing.T) {
	for _, addr := range []string{"", "127.0.0.1:0"} {
		for range 20 {
			s := start(t, &Server{Addr: addr})
			_, port, err := net.SplitHostPort(s.Addr)
			require.NoError(t, err)
			n, err := strconv.Atoi(port)
			require.NoError(t, err)
			require.Greater(t, n, 1024)
			require.Less(t, n, 32768, "Linux gives those from here on to outgoing connections")
		}
	}
}
