package main

import (
	"net"
	"sync"
)

// serve runs handle for each connection to a free port on loopback. stop cuts
// the connections and returns when nothing is left; it may be called again.
func serve(handle func(net.Conn)) (addr string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	s := &serving{handle: handle, open: map[net.Conn]struct{}{}}
	s.group.Go(func() { s.accept(l) })
	return l.Addr().String(), sync.OnceFunc(func() {
		l.Close()
		s.cut()
		s.group.Wait()
	}), nil
}

type serving struct {
	handle func(net.Conn)
	group  sync.WaitGroup

	mu   sync.Mutex
	open map[net.Conn]struct{} // nil once stopped
}

func (s *serving) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s.group.Go(func() {
			defer c.Close()
			if s.note(c) {
				s.handle(c)
				s.forget(c)
			}
		})
	}
}

func (s *serving) note(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		return false
	}
	s.open[c] = struct{}{}
	return true
}

func (s *serving) forget(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

func (s *serving) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		c.Close()
	}
	s.open = nil
}
