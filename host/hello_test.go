package host

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
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
	}
}

func TestParseExtensions(t *testing.T) {
	ext := parseExtensions([]string{"mx.example 8BITMIME", "size 1000", "AUTH=LOGIN", "auth PLAIN", "", "X-1\tA  B"})
	require.Equal(t, extensions{"SIZE": "1000", "AUTH": "LOGIN PLAIN", "X-1": "A B"}, ext)
	for parameter, size := range map[string]int64{
		"1000": 1000, "": 0, "0": 0, "-1": 0, "x": 0, "99999999999999999999": 0, "10 20": 0,
	} {
		require.Equal(t, size, extensions{"SIZE": parameter}.size(), parameter)
	}
	require.Zero(t, extensions{}.size())
	require.Empty(t, parseExtensions(nil))
}
