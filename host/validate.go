package host

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"
)

// Validate returns an error that names every mistake in the fields, or nil. It
// neither looks up names nor connects.
func (h *SMTP) Validate() error {
	_, err := dialAddr(h.Addr)
	errs := []error{err}
	if h.LocalName != "" {
		if _, err := parseDomainOrLiteral(h.LocalName); err != nil {
			errs = append(errs, fmt.Errorf("host: LocalName %q is no domain and no address literal: %w",
				truncate(h.LocalName, 80), err))
		}
	}
	if h.MaxConns < 0 {
		errs = append(errs, fmt.Errorf("host: MaxConns is %d: use 0 for the default of 4", h.MaxConns))
	}
	t := h.Timeouts
	for _, limit := range []struct {
		name string
		d    time.Duration
	}{
		{"MaxAge", h.MaxAge}, {"IdleClose", h.IdleClose}, {"NoopAfter", h.NoopAfter},
		{"Timeouts.Dial", t.Dial}, {"Timeouts.Greeting", t.Greeting}, {"Timeouts.Command", t.Command},
		{"Timeouts.Data", t.Data}, {"Timeouts.Block", t.Block}, {"Timeouts.Verdict", t.Verdict},
		{"Timeouts.Check", t.Check}, {"Timeouts.Quit", t.Quit},
	} {
		if limit.d < 0 {
			errs = append(errs, fmt.Errorf("host: %s is %v: use 0 for the default", limit.name, limit.d))
		}
	}
	return errors.Join(errs...)
}

// dialAddr returns host:port for the dialler, with the name in ASCII.
func dialAddr(addr string) (string, error) {
	if addr == "" {
		return "", errors.New("host: Addr is empty: write host:port, for example localhost:25")
	}
	shown := truncate(addr, 80)
	name, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("host: Addr %q is not host:port, for example localhost:25", shown)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", fmt.Errorf("host: Addr %q has no port from 1 to 65535", shown)
	}
	if ip, err := netip.ParseAddr(name); err == nil {
		if !ip.IsLoopback() {
			return "", fmt.Errorf("host: Addr %q cannot be used: %w", shown, errOffLoopback)
		}
		return addr, nil
	}
	name, err = parseDomain(name)
	if err != nil {
		return "", fmt.Errorf("host: Addr %q has a host that is no name and no IP address: %w", shown, err)
	}
	return net.JoinHostPort(name, port), nil
}
