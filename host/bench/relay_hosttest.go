package main

import "github.com/go-mailhost/mailhost/host/hosttest"

// hosttestRelay is this project's own test server, in this process. It keeps
// one mail.
var hosttestRelay = relay{name: "hosttest", start: func(o offer) (*server, error) {
	return startHosttest(&hosttest.Server{Keep: 1}, o)
}}

func startHosttest(srv *hosttest.Server, o offer) (*server, error) {
	if err := srv.Start(); err != nil {
		return nil, err
	}
	stop := func() { srv.Close() }
	if o == everything {
		return &server{addr: srv.Addr, stop: stop}, nil
	}
	addr, unhide, err := serve((&proxy{target: srv.Addr, hide: o.withheld()}).handle)
	if err != nil {
		stop()
		return nil, err
	}
	return &server{addr: addr, stop: func() { unhide(); stop() }}, nil
}
