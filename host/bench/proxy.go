package main

import (
	"net"
	"sync"
	"time"
)

// A proxy stands between a client and a relay and makes a round trip take
// longer, as a network would: every byte is half a round trip late, however
// many there are.
type proxy struct {
	target string
	rtt    time.Duration
}

// handle serves one client. The kernel has completed the client's handshake
// at once; through a network the relay would have seen it one and a half round
// trips after the client began, and that is when it sees it here.
func (p *proxy) handle(client net.Conn) {
	time.Sleep(p.rtt * 3 / 2)
	relay, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer relay.Close()
	var group sync.WaitGroup
	group.Go(func() { p.join(relay, client) })
	group.Go(func() { p.join(client, relay) })
	group.Wait()
}

// join carries what comes from src to dst. Where one of them fails, both are
// closed: a connection does not outlive either of its halves.
func (p *proxy) join(dst, src net.Conn) {
	if err := carry(dst, src, p.rtt/2, func() { src.Close() }); err != nil {
		dst.Close()
		src.Close()
		return
	}
	dst.(*net.TCPConn).CloseWrite()
}
