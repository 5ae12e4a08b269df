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
		require.Contains(t, name, ".")
	}
}
