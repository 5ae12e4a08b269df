package main

import (
	"os/exec"

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
var hosttestRelay = relay{"hosttest", func(func(int)) (*server, error) {
	srv := &hosttest.Server{Keep: 1}
	if err := srv.Start(); err != nil {
		return nil, err
	}
	return &server{srv.Addr, func() { srv.Close() }}, nil
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
