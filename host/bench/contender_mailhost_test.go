package main

import (
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/stretchr/testify/require"
)

func TestCountTakesOnlyVerdictsOf250(t *testing.T) {
	tests := []struct {
		report host.Report
		mails  int
		err    string
	}{
		{host.Report{Outcome: host.Delivered, Code: 250}, 1, ""},
		{host.Report{Outcome: host.Unsent}, 0, ""},
		{host.Report{Outcome: host.Delivered, Code: 252}, 0, "delivered: 252"},
		{host.Report{Outcome: host.Permanent, Code: 550, Text: "no such user"}, 0, "permanent: 550 no such user"},
		{host.Report{Outcome: host.Uncertain}, 0, "uncertain"},
		{host.Report{Outcome: host.Unreachable}, 0, "unreachable"},
	}
	for _, test := range tests {
		t.Run(test.report.Outcome.String(), func(t *testing.T) {
			c := count{start: time.Now()}
			c.add([]host.Report{test.report})
			require.Equal(t, test.mails, c.mails)
			if test.err == "" {
				require.NoError(t, c.err)
			} else {
				require.ErrorContains(t, c.err, test.err)
			}
		})
	}
}

// Each way moves mail as its name says.
func TestWaysOfMailhost(t *testing.T) {
	tests := []struct {
		name, verb string
		together   bool // RCPT and the verb come in one write
	}{{lockstep, "DATA\r\n", false}, {pipelined, "DATA\r\n", true}, {chunked, "BDAT ", true}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var heard []string // read at a time
			addr, stop, err := serve(func(c net.Conn) { handleVoid(&tapped{Conn: c, heard: &heard}) })
			require.NoError(t, err)
			defer stop()
			i := slices.IndexFunc(contenders(), func(who contender) bool { return who.name == test.name })
			f, err := contenders()[i].open(t.Context(), addr, 1)
			require.NoError(t, err)
			sent, err := f.send(t.Context(), time.Second/2)
			require.NoError(t, err)
			require.Greater(t, sent.mails, 1)
			require.NoError(t, f.close())
			stop()
			said := func(words ...string) bool {
				return slices.ContainsFunc(heard, func(text string) bool {
					return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
				})
			}
			require.True(t, said(test.verb))
			require.Equal(t, test.together, said("RCPT TO", test.verb))
		})
	}
}

// A tapped connection keeps what is read from it.
type tapped struct {
	net.Conn
	heard *[]string
}

func (c *tapped) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	*c.heard = append(*c.heard, string(p[:n]))
	return n, err
}
