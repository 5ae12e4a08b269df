package main

import (
	"context"
	"fmt"

	"github.com/go-mailhost/mailhost/queue"
)

// mostBulk is how many mails are filled in, at most: they must last, but a server
// takes them in slowly.
const mostBulk = 20_000

func (b *bench) postgresImmediateSection() *section {
	r := relays()[0] // a process of its own where there is one
	s := &section{
		name:    "postgres-immediate",
		title:   "PostgreSQL, immediate, to " + r.name,
		figures: []figure{{"p50", showMillis}, {"p99", showMillis}, {"bulk/s", showCount}},
	}
	for _, load := range []struct {
		name string
		bulk int
	}{{idle, 0}, {underBulk, min(b.bulk, mostBulk)}} {
		s.contend(riverSoon, load.name, func(ctx context.Context, y *system) ([]float64, error) {
			return b.hurryBy(ctx, y, r, load.bulk)
		})
	}
	return s
}

// hurryBy measures how long immediate mails take while so many of bulk are queued.
func (b *bench) hurryBy(ctx context.Context, s *system, r relay, bulk int) (figures []float64, err error) {
	err = b.withDatabase(ctx, s, func(url string) error {
		if err := s.fill(ctx, url, bulk, queue.Bulk); err != nil {
			return err
		}
		if err := tellAt(ctx, url, "VACUUM ANALYZE", "CHECKPOINT"); err != nil {
			return fmt.Errorf("after filling: %w", err)
		}
		server, err := r.start(nil)
		if err != nil {
			return err
		}
		defer server.stop()
		h := &hurry{seen: make(chan arrival, 1), bulk: int64(bulk)}
		return s.withNodes(ctx, 1, opening{url, server.addr, h.see}, func(nodes []node) error {
			figures, err = h.sample(ctx, nodes[0], b.samples)
			return err
		})
	})
	return figures, err
}
