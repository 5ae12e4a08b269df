package hosttest

import (
	"net"
	"sync"
)

// A listener bounds and numbers the connections it accepts and can cut them
// all, which go-smtp does not do: it knows no bound, and its Close misses a
// connection that was accepted a moment before.
type listener struct {
	net.Listener
	number func() int
	places chan struct{} // holds one value for each open connection
	closed chan struct{}

	mu   sync.Mutex
	open map[*conn]struct{} // nil once closed
}

func newListener(l net.Listener, max int, number func() int) *listener {
	return &listener{
		Listener: l,
		number:   number,
		places:   make(chan struct{}, max),
		closed:   make(chan struct{}),
		open:     map[*conn]struct{}{},
	}
}

// Accept waits for a free place first, so that clients in excess wait for
// their greeting.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case l.places <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.places
		return nil, err
	}
	accepted := &conn{Conn: c, id: l.number(), listener: l}
	l.mu.Lock()
	closed := l.open == nil
	if !closed {
		l.open[accepted] = struct{}{}
	}
	l.mu.Unlock()
	if closed {
		accepted.Close()
		return nil, net.ErrClosed
	}
	return accepted, nil
}

// Close stops Accept and closes the connections. It must be called once.
func (l *listener) Close() error {
	close(l.closed)
	err := l.Listener.Close()
	l.mu.Lock()
	open := l.open
	l.open = nil
	l.mu.Unlock()
	for c := range open {
		c.Close()
	}
	return err
}

type conn struct {
	net.Conn
	id       int
	listener *listener
	once     sync.Once
}

func (c *conn) Close() error {
	c.once.Do(func() {
		c.listener.mu.Lock()
		delete(c.listener.open, c)
		c.listener.mu.Unlock()
		<-c.listener.places
	})
	return c.Conn.Close()
}
