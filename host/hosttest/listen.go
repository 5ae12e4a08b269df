package hosttest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// listen listens at the address. Where its port is 0, it chooses a free one
// below those that systems give to outgoing connections (RFC 6335 section 6
// has them begin at 49152, Linux at 32768): one of those would be taken by
// any connection of the machine while the server is closed, and Start could
// not listen there again.
func listen(addr string) (net.Listener, error) {
	addr = cmp.Or(addr, "127.0.0.1:0")
	name, port, err := net.SplitHostPort(addr)
	if err == nil && port == "0" {
		for range 20 {
			port := strconv.Itoa(10_000 + rand.IntN(32_768-10_000))
			if l, err := net.Listen("tcp", net.JoinHostPort(name, port)); err == nil {
				return l, nil
			}
		}
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("hosttest: cannot listen: %w", err)
	}
	return l, nil
}
