//go:build linux

package host

import (
	"context"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// modes are the ways to move mails, and how Postfix is made to offer no better.
var modes = []service{
	{"lockstep", []string{"smtpd_discard_ehlo_keywords = pipelining, chunking"}},
	{"pipelined", []string{"smtpd_discard_ehlo_keywords = chunking"}},
	{"chunked", []string{"smtpd_discard_ehlo_keywords ="}},
}

// inEachMode is a service for each mode.
func inEachMode(name string, settings ...string) []service {
	var services []service
	for _, mode := range modes {
		services = append(services, service{name + "-" + mode.name, slices.Concat(mode.settings, settings)})
	}
	return services
}

// without makes services offer a keyword less.
func without(keyword string, services []service) []service {
	for _, s := range services {
		s.settings[0] += ", " + keyword
	}
	return services
}

func TestPostfixOffersWhatTheModesNeed(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, modes...)
	for mode, wanted := range map[string]string{"lockstep": "", "pipelined": "PIPELINING", "chunked": "PIPELINING CHUNKING"} {
		c, err := textproto.Dial("tcp", p.addrs[mode])
		require.NoError(t, err)
		defer c.Close()
		_, _, err = c.ReadResponse(220)
		require.NoError(t, err)
		require.NoError(t, c.PrintfLine("EHLO client.example"))
		_, text, err := c.ReadResponse(250)
		require.NoError(t, err)
		offered := slices.DeleteFunc(strings.Split(text, "\n"), func(s string) bool { return s != "PIPELINING" && s != "CHUNKING" })
		require.Equal(t, wanted, strings.Join(offered, " "), mode)
	}
}

func TestPostfixTakesEachMailOnceAsItIs(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, modes...)
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			h := &SMTP{Addr: p.addrs[mode.name]}
			writes := countWrites(h)
			client(t, h)
			mails := numbered(300)
			began := time.Now()
			reports := sendAll(t, h, 100, 4, mails)
			t.Logf("%d mails in %v", len(mails), time.Since(began).Round(time.Millisecond))
			requireDelivered(t, mails, reports, p.arrivals(t))
			require.NoError(t, h.Close())
			commands := p.commands(t, mode.name, len(mails))
			require.Equal(t, len(mails), commands["rcpt"])
			require.Zero(t, commands["noop"])
			require.LessOrEqual(t, commands["ehlo"], 4)
			require.Equal(t, commands["ehlo"], commands["quit"])
			require.Equal(t, mode.name == "chunked", commands["bdat"] >= len(mails))
			require.Equal(t, mode.name != "chunked", commands["data"] == len(mails))
			require.Equal(t, mode.name == "lockstep", writes.Load() >= int64(4*len(mails)), "%d writes", writes.Load())
		})
	}
}

// countWrites counts the writes to the connections of h.
func countWrites(h *SMTP) *atomic.Int64 {
	var writes atomic.Int64
	h.dialer = func(ctx context.Context) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", h.Addr)
		return &writesConn{c, &writes}, err
	}
	return &writes
}

type writesConn struct {
	net.Conn
	writes *atomic.Int64
}

func (c *writesConn) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(p)
}
