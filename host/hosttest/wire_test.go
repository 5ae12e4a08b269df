package hosttest

import (
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a client says while a fault holds its connection is answered afterwards,
// in order.
func TestNothingSaidDuringAHangIsLost(t *testing.T) {
	for _, over := range []bool{false, true} {
		s := start(t, &Server{TLS: over, Faults: []Fault{{At: NOOP, Times: 1, Do: Hang}}})
		c := connect(t, s)
		if over {
			c = overTLS(c, s.ClientTLS())
		}
		c.do("S: 220\nC: EHLO x\nS: 250\nC: NOOP")
		until(t, s, func(c Counts) bool { return c.Held == 1 })
		long := strings.Repeat("x", 100_000) // more than is read ahead
		c.say("MAIL FROM:<a@x.example>", "RCPT TO:<b@x.example>", "BDAT 100002 LAST", long, "QUIT")
		s.Release()
		c.do("S: 250 2.0.0 I have\nS: 250\nS: 250\nS: 250 2.0.0 OK\nS: 221\nS: END")
		require.Equal(t, long+"\r\n", string(s.Mails()[0].Data))
	}
}

func TestWatchIsBounded(t *testing.T) {
	here, there := net.Pipe()
	defer there.Close()
	w := &wire{Conn: here}
	left, stop := w.watch()
	for range maxAhead / 4096 {
		_, err := there.Write(make([]byte, 4096))
		require.NoError(t, err)
	}
	stop()
	require.Len(t, w.ahead, maxAhead)
	select {
	case <-left:
		t.Fatal("the other side has not gone")
	default:
	}

	_, stop = w.watch() // has room for nothing
	stop()
	buf := make([]byte, 2*maxAhead)
	n, err := w.Read(buf)
	require.NoError(t, err)
	require.Equal(t, maxAhead, n)
	left, stop = w.watch()
	require.NoError(t, there.Close())
	<-left
	stop()
}
