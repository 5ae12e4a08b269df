package main

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestListen(t *testing.T) {
	first, err := listen(options{addr: "127.0.0.1:0"})
	require.NoError(t, err)
	defer first.Close()
	taken := first.Addr().String()

	_, err = listen(options{addr: taken, addrGiven: true})
	require.ErrorContains(t, err, "cannot serve at "+taken)

	second, err := listen(options{addr: taken})
	require.NoError(t, err, "the default address is taken: any port will do")
	defer second.Close()
	require.NotEqual(t, taken, second.Addr().String())
	require.True(t, second.Addr().(*net.TCPAddr).IP.IsLoopback())
}

// placed is a listener somewhere.
type placed struct {
	net.Listener
	addr net.TCPAddr
}

func (p placed) Addr() net.Addr { return &p.addr }

func TestAddress(t *testing.T) {
	for _, test := range []struct{ ip, want string }{
		{"127.0.0.1", "http://127.0.0.1:80/"},
		{"::1", "http://[::1]:80/"},
		{"0.0.0.0", "http://localhost:80/"},
		{"::", "http://localhost:80/"},
	} {
		l := placed{addr: net.TCPAddr{IP: net.ParseIP(test.ip), Port: 80}}
		require.Equal(t, test.want, address(l))
	}
}
