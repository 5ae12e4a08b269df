package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"
)

// A course is a relay as far away as a round trip takes, and a number of
// connections to it.
type course struct {
	relay string
	rtt   time.Duration
	conns int
}

func (c course) String() string {
	return fmt.Sprintf("%s, %s, %s", c.relay, showRTT(c.rtt), connections(c.conns))
}

// race lets the contenders send by turns, round after round.
func (p *plan) race(ctx context.Context, c course, s *server, rs results) error {
	for round := range p.rounds {
		fmt.Fprintf(p.log, "%v: round %d of %d\n", c, round+1, p.rounds)
		for _, who := range p.contenders {
			cell := rs.cell(who.name, c)
			if cell.absent = !s.serves(who); cell.absent || cell.err != nil {
				continue
			}
			t, err := heat(ctx, who, s.addr, c.conns, p.time)
			if ctx.Err() != nil {
				return fmt.Errorf("gave up: %w", context.Cause(ctx))
			}
			if cell.err = err; err == nil {
				cell.rates = append(cell.rates, t.perSecond)
			}
		}
	}
	return nil
}

// heat is one contender's turn in one round.
func heat(ctx context.Context, who contender, addr string, conns int, d time.Duration) (tally, error) {
	f, err := who.open(ctx, addr, conns)
	if err != nil {
		return tally{}, fmt.Errorf("%s: %w", who.name, err)
	}
	var t tally
	if _, err = f.warm(ctx); err == nil {
		runtime.GC() // what others have left is not this one's to clear away
		t, err = f.send(ctx, d)
	}
	if err = errors.Join(err, f.close()); err != nil {
		return t, fmt.Errorf("%s: %w", who.name, err)
	}
	return t, nil
}
