package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// A lookup returns the addresses that a name has, as net.Resolver.LookupNetIP.
type lookup func(ctx context.Context, network, name string) ([]netip.Addr, error)

// checkRelay returns an error where the relay's address cannot be used, or its
// name means another machine, or none: the host would only find out with the
// first mail, which then waits for an operator. It gives up after three seconds.
func checkRelay(addr string, find lookup) error {
	if err := (&host.SMTP{Addr: addr}).Validate(); err != nil {
		return err
	}
	name, _, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	addrs, err := find(ctx, "ip", name)
	if err != nil {
		return fmt.Errorf("%q cannot be found: %w: name a server on this machine, such as localhost:25", name, err)
	}
	for _, addr := range addrs {
		if !addr.Unmap().IsLoopback() {
			return fmt.Errorf("%q is at %v, which is not this machine: name a server on it, such as localhost:25", name, addr.Unmap())
		}
	}
	return nil
}
