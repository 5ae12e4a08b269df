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
	server *Server
	run    *run
	places chan struct{} // holds one value for each open connection
	closed chan struct{}
	once   sync.Once

	mu   sync.Mutex
	open map[*conn]struct{} // nil once closed
}

func newListener(l net.Listener, s *Server, r *run, most int) *listener {
	return &listener{
		Listener: l,
		server:   s,
		run:      r,
		places:   make(chan struct{}, most),
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
	tcp, err := l.Listener.Accept()
	if err != nil {
		<-l.places
		return nil, err
	}
	c := newConn(tcp, l.server, l.run, l.server.countOpen(1))
	l.mu.Lock()
	closed := l.open == nil
	if !closed {
		l.open[c] = struct{}{}
	}
	l.mu.Unlock()
	if closed {
		c.Close()
		return nil, net.ErrClosed
	}
	return c, nil
}

// forget frees the place of a connection that is closed.
func (l *listener) forget(c *conn) {
	l.mu.Lock()
	delete(l.open, c)
	l.mu.Unlock()
	<-l.places
	l.server.countOpen(-1)
}

// Close stops Accept and cuts the connections. A second one does nothing.
func (l *listener) Close() (err error) {
	l.once.Do(func() {
		close(l.closed)
		err = l.Listener.Close()
		l.mu.Lock()
		open := l.open
		l.open = nil
		l.mu.Unlock()
		for c := range open {
			c.cut()
		}
	})
	return err
}
