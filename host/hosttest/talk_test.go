package hosttest

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A talk is a client that says what the test tells it to say.
type talk struct {
	net.Conn
	t testing.TB
	r *bufio.Reader
}

// connect returns nil where the connection was reset before it was known here.
func connect(t testing.TB, s *Server) *talk {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr)
	if errors.Is(err, syscall.ECONNRESET) {
		return nil
	}
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(20*time.Second)))
	return &talk{c, t, bufio.NewReader(c)}
}

// greeted connects and says EHLO.
func greeted(t testing.TB, s *Server) *talk {
	t.Helper()
	c := connect(t, s)
	c.hear("220")
	c.say("EHLO x")
	c.hear("250")
	return c
}

func (c *talk) say(lines ...string) {
	c.t.Helper()
	_, err := c.Write([]byte(strings.Join(lines, "\r\n") + "\r\n"))
	require.NoError(c.t, err)
}

// hear reads one reply for each of want, which it must begin with.
func (c *talk) hear(want ...string) (last string) {
	c.t.Helper()
	for _, w := range want {
		last = c.reply()
		require.True(c.t, strings.HasPrefix(last, w), "want %q, got %q", w, last)
	}
	return last
}

func (c *talk) reply() string {
	c.t.Helper()
	var reply strings.Builder
	for {
		line, err := c.r.ReadString('\n')
		require.NoError(c.t, err, "after %q", reply.String()+line)
		reply.WriteString(line)
		if len(line) < 4 || line[3] != '-' {
			return reply.String()
		}
	}
}

// hearEnd reads the orderly end of the connection.
func (c *talk) hearEnd() {
	c.t.Helper()
	rest, err := io.ReadAll(c.r)
	require.NoError(c.t, err)
	require.Empty(c.t, string(rest))
}

// hearReset finds that the connection was reset.
func (c *talk) hearReset() {
	c.t.Helper()
	_, err := io.ReadAll(c.r)
	require.True(c.t, errors.Is(err, syscall.ECONNRESET), "%v", err)
}

// do plays a dialogue: lines "C: …" are said, lines "S: …" are heard, "S: END"
// and "S: RESET" are how the connection ends. Several C: lines go in one write.
func (c *talk) do(script string) {
	c.t.Helper()
	var said []string
	for line := range strings.SplitSeq(strings.TrimSpace(script), "\n") {
		who, words, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if who == "C" {
			said = append(said, words)
			continue
		}
		if said != nil {
			c.say(said...)
			said = nil
		}
		switch words {
		case "END":
			c.hearEnd()
		case "RESET":
			c.hearReset()
		default:
			c.hear(words)
		}
	}
	if said != nil {
		c.say(said...)
	}
}

// until waits until the counts are such.
func until(t testing.TB, s *Server, such func(Counts) bool) Counts {
	t.Helper()
	c, err := s.Until(within(t), such)
	require.NoError(t, err)
	return c
}

// closed waits until no connection is open, and requires that none is held.
func closed(t testing.TB, s *Server) {
	t.Helper()
	c := until(t, s, func(c Counts) bool { return c.Open == 0 })
	require.Zero(t, c.Held)
}
