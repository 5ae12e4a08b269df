package host

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A wire makes connections between a client and the scripts.
type wire struct {
	dial   func(context.Context) (net.Conn, error)
	accept func() (net.Conn, error)
	stop   func()             // ends accept and dial
	left   chan chan struct{} // for each connection, closed when the client hangs up
}

// leavingConn tells when the client hangs up.
type leavingConn struct {
	net.Conn
	left chan struct{}
	once sync.Once
}

func (c *leavingConn) Close() error {
	c.once.Do(func() { close(c.left) })
	return c.Conn.Close()
}

// wrap makes dial tell of each connection's end.
func (w *wire) wrap(conns int, dial func(context.Context) (net.Conn, error)) *wire {
	w.left = make(chan chan struct{}, conns+1)
	w.dial = func(ctx context.Context) (net.Conn, error) {
		c, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		left := make(chan struct{})
		w.left <- left
		return &leavingConn{Conn: c, left: left}, nil
	}
	return w
}

// aWhile is more than anything takes that does not fail.
const aWhile = 10 * time.Second

// sockets are TCP on loopback. Behind the last connection nothing listens.
func sockets(t *testing.T, conns int) *wire {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	if conns == 0 {
		l.Close()
	}
	accepted := 0
	accept := func() (net.Conn, error) {
		c, err := l.Accept()
		if err != nil {
			return nil, err
		}
		if accepted++; accepted == conns {
			l.Close()
		}
		return c, c.SetDeadline(time.Now().Add(aWhile))
	}
	p := &pool{network: "tcp", addr: l.Addr().String(), timeouts: Timeouts{}.withDefaults()}
	return (&wire{accept: accept, stop: func() { l.Close() }}).wrap(conns, p.dial)
}

var errNobody = errors.New("nobody at the other end")

// pipes work in a bubble of testing/synctest.
func pipes(conns int) *wire {
	ends, stopped := make(chan net.Conn, conns), make(chan struct{})
	accept := func() (net.Conn, error) {
		select {
		case c := <-ends:
			return c, nil
		case <-stopped:
			return nil, errNobody
		}
	}
	dialled := 0
	dial := func(context.Context) (net.Conn, error) {
		select {
		case <-stopped:
			return nil, errNobody
		default:
		}
		if dialled++; dialled > conns {
			return nil, errNobody
		}
		client, server := net.Pipe()
		ends <- server
		return client, nil
	}
	return (&wire{accept: accept, stop: sync.OnceFunc(func() { close(stopped) })}).wrap(conns, dial)
}
