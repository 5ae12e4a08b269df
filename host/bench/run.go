package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// run measures what the plan says and writes the tables. It goes on where one
// contender fails, and returns all failures.
func (p *plan) run(ctx context.Context, w io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, p.limit())
	defer cancel()
	writeMachine(w)
	rs := results{}
	for _, r := range p.relays {
		if err := p.visit(ctx, w, r, rs); err != nil {
			return err
		}
	}
	p.writeAims(w, rs)
	errs := rs.failures()
	if p.allocs {
		errs = append(errs, p.writeAllocs(ctx, w))
	}
	return errors.Join(errs...)
}

// visit measures at one relay.
func (p *plan) visit(ctx context.Context, w io.Writer, r relay, rs results) error {
	servers := map[offer]*server{}
	for _, o := range []offer{everything, pipelining, nothing} {
		s, err := r.open(ctx, o)
		if err != nil {
			return err
		}
		defer s.stop()
		servers[o] = s
	}
	fmt.Fprintf(w, "== %s announces %s\n\n", r.name, strings.Join(servers[everything].announces, " "))
	for _, rtt := range p.rtts {
		if err := p.travel(ctx, w, r.name, rtt, servers, rs); err != nil {
			return err
		}
	}
	return nil
}

// travel measures at one relay from one distance.
func (p *plan) travel(ctx context.Context, w io.Writer, name string, rtt time.Duration, servers map[offer]*server, rs results) error {
	far := map[offer]*server{}
	for o, s := range servers {
		f, err := s.behind(rtt)
		if err != nil {
			return err
		}
		defer f.stop()
		far[o] = f
	}
	took, err := roundTrip(far[everything].addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s, %s round trip (a NOOP takes %.2f ms)\n", name, showRTT(rtt), float64(took)/float64(time.Millisecond))
	for _, n := range p.conns {
		if err := p.race(ctx, course{name, rtt, n}, far, rs); err != nil {
			return err
		}
	}
	p.writeTable(w, rs, name, rtt)
	return nil
}
