package main

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"time"
)

// A relay is a mail server to send to.
type relay struct {
	name  string
	start func() (*server, error)
}

// A server is a relay that runs.
type server struct {
	addr      string
	announces []string // keywords of its EHLO reply
	stop      func()   // may be called again
}

// open starts the relay. The end of ctx stops it too, so that whoever waits for
// it does not wait for long.
func (r relay) open(ctx context.Context) (*server, error) {
	s, err := r.start()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.name, err)
	}
	context.AfterFunc(ctx, s.stop)
	if s.announces, err = announced(s.addr); err != nil {
		s.stop()
		return nil, fmt.Errorf("%s: %w", r.name, err)
	}
	return s, nil
}

// behind returns the server as it is seen from a round trip away.
func (s *server) behind(rtt time.Duration) (*server, error) {
	if rtt == 0 {
		return &server{addr: s.addr, announces: s.announces, stop: func() {}}, nil
	}
	addr, stop, err := serve((&proxy{target: s.addr, rtt: rtt}).handle)
	return &server{addr: addr, announces: s.announces, stop: stop}, err
}

// serves returns whether the contender can be what its name says here.
func (s *server) serves(c contender) bool {
	return c.must == "" || slices.Contains(s.announces, c.must)
}

// find returns the path of a program of Postfix's, which is often outside of
// users' PATH, or "".
func find(program string) string {
	for _, name := range []string{program, "/usr/sbin/" + program} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
