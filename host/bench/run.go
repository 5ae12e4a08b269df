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
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer s.stop()
	fmt.Fprintf(w, "== %s announces %s\n\n", r.name, strings.Join(s.announces, " "))
	for _, rtt := range p.rtts {
		if err := p.travel(ctx, w, r.name, rtt, s, rs); err != nil {
			return err
		}
	}
	return nil
}

// travel measures at one relay from one distance.
func (p *plan) travel(ctx context.Context, w io.Writer, name string, rtt time.Duration, s *server, rs results) error {
	far, err := s.behind(rtt)
	if err != nil {
		return err
	}
	defer far.stop()
	took, err := roundTrip(far.addr)
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
