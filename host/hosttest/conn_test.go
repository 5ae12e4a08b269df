package hosttest

import (
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// A halfDead connection still has something to read, and takes nothing.
type halfDead struct{ net.Conn }

var errBroken = errors.New("broken pipe")

func (halfDead) Write([]byte) (int, error)  { return 0, errBroken }
func (halfDead) Read(p []byte) (int, error) { return copy(p, "MAIL FROM:<a@x.example>\r\n"), nil }

func TestNothingIsHeardAfterAWriteThatFailed(t *testing.T) {
	c := newConn(halfDead{}, &Server{}, nil, 1)
	n, err := c.Read(make([]byte, 100))
	require.NoError(t, err)
	require.Positive(t, n)
	require.NoError(t, c.say([]byte("250 OK\r\n")))
	_, err = c.Read(make([]byte, 100))
	require.ErrorIs(t, err, errBroken)
	for range 2 {
		_, err = c.Read(make([]byte, 100))
		require.ErrorIs(t, err, net.ErrClosed)
	}
}
