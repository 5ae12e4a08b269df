package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"
)

// maxAllocs is the aim for package host, in allocations for each mail.
const maxAllocs = 10

// writeAllocs counts what each contender in this process allocates for a mail
// in the steady state, on one connection. The relay is void, which allocates
// nothing, so that all of the process's allocations are the client's. The mail
// and its envelopes were made before.
func (p *plan) writeAllocs(ctx context.Context, w io.Writer) error {
	fmt.Fprintf(w, "Allocations for each mail, over a relay that allocates none (aim for mailhost: at most %d):\n", maxAllocs)
	for _, who := range p.contenders {
		if who.apart {
			continue
		}
		count, bytes, err := allocations(ctx, who, 300*time.Millisecond)
		if err != nil {
			return fmt.Errorf("allocations of %s: %w", who.name, err)
		}
		fmt.Fprintf(w, "%-22s%8.1f%12.0f bytes\n", who.name, count, bytes)
	}
	return nil
}

// allocations returns how many a mail takes, and their bytes.
func allocations(ctx context.Context, who contender, d time.Duration) (count, bytes float64, err error) {
	s, err := voidRelay.open(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer s.stop()
	f, err := who.open(ctx, s.addr, 1)
	if err != nil {
		return 0, 0, err
	}
	_, err = f.send(ctx, d/3) // buffers grow, the connection is made
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	t, failure := f.send(ctx, d)
	runtime.ReadMemStats(&after)
	if err := errors.Join(err, failure, f.close()); err != nil {
		return 0, 0, err
	}
	n := float64(t.mails)
	return float64(after.Mallocs-before.Mallocs) / n, float64(after.TotalAlloc-before.TotalAlloc) / n, nil
}
