package main

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"time"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// A relay is a mail server to send to.
type relay struct {
	name string
	// start begins anew; count, unless nil, is told how many mails were received.
	start func(count func(mails int)) (*server, error)
}

// A server is a relay that runs.
type server struct {
	addr string
	stop func() // may be called again
}

// relays returns those that can run here.
func relays() []relay {
	all := []relay{hosttestRelay}
	if find("smtp-sink") != "" {
		all = append([]relay{sinkRelay}, all...)
	}
	return all
}

// hosttestRelay is this project's own test server, in this process. It keeps
// one mail.
var hosttestRelay = relay{"hosttest", func(count func(int)) (*server, error) {
	srv := &hosttest.Server{Keep: 1, MaxConns: 1000}
	if err := srv.Start(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	if count != nil {
		go srv.Until(ctx, func(c hosttest.Counts) bool {
			count(c.Mails)
			return false
		})
	}
	return &server{srv.Addr, func() {
		cancel()
		srv.Close()
	}}, nil
}}

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

// freeAddr returns an address that nothing listened at a moment ago.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// answers waits until something listens at addr.
func answers(addr string, ended <-chan struct{}) error {
	late := time.After(10 * time.Second)
	for {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			return c.Close()
		}
		select {
		case <-ended:
			return errors.New("it ended")
		case <-late:
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}
