package host

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestDialogues plays the scripts in testdata: what each mail's outcome is,
// which bytes the client sends, and how it leaves each connection.
func TestDialogues(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			s := readScript(t, file)
			if s.timed {
				synctest.Test(t, func(t *testing.T) { playScript(t, s, pipes(len(s.conns))) })
			} else {
				playScript(t, s, sockets(t, len(s.conns)))
			}
		})
	}
}

// A wire makes connections between a client and the scripts.
type wire struct {
	dial   func(context.Context) (net.Conn, error)
	accept func() (net.Conn, error)
	stop   func()             // ends accept
	left   chan chan struct{} // for each connection, closed when the client hangs up
}

// leavingConn tells when the client hangs up.
type leavingConn struct {
	net.Conn
	left chan struct{}
}

func (c *leavingConn) Close() error {
	close(c.left)
	return c.Conn.Close()
}

// wrap makes dial tell of each connection's end.
func (w *wire) wrap(conns int, dial func(context.Context) (net.Conn, error)) *wire {
	w.left = make(chan chan struct{}, conns)
	w.dial = func(ctx context.Context) (net.Conn, error) {
		c, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		left := make(chan struct{})
		w.left <- left
		return &leavingConn{c, left}, nil
	}
	return w
}

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
		return c, c.SetDeadline(time.Now().Add(time.Minute))
	}
	p := &pool{network: "tcp", addr: l.Addr().String(), timeouts: Timeouts{}.withDefaults()}
	return (&wire{accept: accept, stop: func() { l.Close() }}).wrap(conns, p.dial)
}

// pipes work in a bubble of testing/synctest.
func pipes(conns int) *wire {
	ends := make(chan net.Conn, conns)
	accept := func() (net.Conn, error) {
		c, ok := <-ends
		if !ok {
			return nil, errors.New("the client did not connect")
		}
		return c, nil
	}
	dialled := 0
	dial := func(context.Context) (net.Conn, error) {
		if dialled++; dialled > conns {
			return nil, errors.New("connection refused")
		}
		client, server := net.Pipe()
		ends <- server
		return client, nil
	}
	return (&wire{accept: accept, stop: func() { close(ends) }}).wrap(conns, dial)
}

func playScript(t *testing.T, s *script, w *wire) {
	played := make(chan error, 1)
	go func() { played <- playAll(s, w) }()
	h := &SMTP{Addr: "localhost:25", LocalName: "client.example", MaxConns: 1, dialer: w.dial}
	open := countConns(h)
	var got []string
	for i, batch := range s.batches {
		if s.timed {
			time.Sleep(s.pauses[i]) // in a bubble of testing/synctest
		}
		for _, reports := range send(t, h, t.Context(), batch...) {
			got = append(got, summary(t, reports))
		}
	}
	require.NoError(t, h.Close())
	require.Zero(t, open.Load(), "connections left open")
	w.stop()
	require.NoError(t, <-played, "outcomes: %q", got)
	require.Equal(t, s.want, got)
}

func playAll(s *script, w *wire) error {
	for i, steps := range s.conns {
		conn, err := w.accept()
		if err != nil {
			return err
		}
		if err := play(conn, <-w.left, steps); err != nil {
			return fmt.Errorf("connection %d: %w", i+1, err)
		}
	}
	return nil
}

// summary is what a script EXPECTs.
func summary(t *testing.T, reports []Report) string {
	words := make([]string, len(reports))
	for i, r := range reports {
		words[i] = r.Outcome.String()
		if r.Code != 0 {
			words[i] += fmt.Sprintf("/%d", r.Code)
		}
		if r.Alarm {
			words[i] += "!"
		}
		if r.AtMail {
			words[i] += "@"
		}
		require.LessOrEqual(t, len(r.Text), maxText)
		require.True(t, r.Text != "" || r.Code != 0, "says nothing")
	}
	return strings.Join(words, " ")
}
