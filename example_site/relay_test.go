package main

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRelayMustBeOnThisMachine(t *testing.T) {
	for _, test := range []struct {
		name  string
		addrs []string // what the name means; none: it is unknown
		want  string   // part of the error, or ""
	}{
		{"loopback", []string{"127.0.0.1"}, ""},
		{"all of loopback", []string{"127.8.9.10", "::1", "::ffff:127.0.0.1"}, ""},
		{"elsewhere", []string{"192.0.2.1"}, `"mail.example" is at 192.0.2.1, which is not this machine`},
		{"here and elsewhere", []string{"127.0.0.1", "2001:db8::1"}, "is at 2001:db8::1"},
		{"every address", []string{"0.0.0.0"}, "is at 0.0.0.0"},
		{"unknown", nil, `"mail.example" cannot be found: no such host: name a server on this machine`},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := checkRelay("mail.example:25", func(ctx context.Context, network, name string) ([]netip.Addr, error) {
				require.Equal(t, []string{"ip", "mail.example"}, []string{network, name})
				_, limited := ctx.Deadline()
				require.True(t, limited)
				return parsed(test.addrs)
			})
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}

func parsed(texts []string) (addrs []netip.Addr, err error) {
	for _, text := range texts {
		addrs = append(addrs, netip.MustParseAddr(text))
	}
	if addrs == nil {
		return nil, errors.New("no such host")
	}
	return addrs, nil
}

func TestLocalhostIsThisMachine(t *testing.T) {
	for _, relay := range []string{"localhost:25", "127.0.0.1:25", "[::1]:25"} {
		require.NoError(t, checkRelay(relay, net.DefaultResolver.LookupNetIP), relay)
	}
}
