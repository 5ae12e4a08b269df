package host

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// connected says how many connections it has.
type connected struct {
	fakeHost
	open int
}

func (c *connected) Connections() int { return c.open }

// listed is a host that cannot be compared with another.
type listed []int

func (l listed) Send(context.Context, []*Envelope, func(int, []Report)) {}
func (l listed) Connections() int                                       { return len(l) }

func TestConnectionsOfSeveralHosts(t *testing.T) {
	one, two := &connected{open: 1}, &connected{open: 2}
	require.Equal(t, 3, (&Failover{Hosts: []Host{one, Discard{}, two}}).Connections())
	require.Equal(t, 2, (&Sign{Host: two}).Connections())
	require.Equal(t, 0, (&Sign{Host: Discard{}}).Connections())
	mux := &Mux{
		Routes: map[string]Host{"a": one, "b": two, "c": listed{7, 7, 7}, "d": listed{7}}, Domains: map[string]Host{"x.example": one},
		Default: &Failover{Hosts: []Host{&connected{open: 10}}},
	}
	require.Equal(t, 17, mux.Connections(), "a host that stands in two places is counted once")
	require.Equal(t, 0, (&Mux{}).Connections())
}

func TestConnectionsOfOneHost(t *testing.T) {
	require.Zero(t, (&SMTP{Addr: "localhost:1"}).Connections())
	require.Zero(t, (&LMTP{Addr: "localhost:1"}).Connections())
}
