package main

import "github.com/go-mailhost/mailhost/host/hosttest"

// hosttestRelay is this project's own test server, in this process. It keeps
// one mail.
var hosttestRelay = relay{name: "hosttest", start: func() (*server, error) {
	return startHosttest(&hosttest.Server{Keep: 1})
}}

func startHosttest(srv *hosttest.Server) (*server, error) {
	if err := srv.Start(); err != nil {
		return nil, err
	}
	return &server{addr: srv.Addr, stop: func() { srv.Close() }}, nil
}
