package main

import (
	"context"
	"fmt"
	"time"
)

// mostNodes is how many send side by side, at most.
const mostNodes = 3

func (b *bench) postgresSendingSection() *section {
	r := relays()[0] // a process of its own where there is one
	s := &section{
		name:    "postgres-sending",
		title:   fmt.Sprintf("PostgreSQL, Commit to 250, %d mails", b.mails),
		figures: []figure{{"mails/s", showCount}},
	}
	for n := 1; n <= mostNodes; n++ {
		s.contend(riverMuch, senders(n), func(ctx context.Context, y *system) ([]float64, error) {
			return b.sendBy(ctx, y, n, r)
		})
	}
	return s
}

func senders(n int) string {
	if n == 1 {
		return "1 node"
	}
	return fmt.Sprintf("%d nodes", n)
}

// sendBy has clients commit mails to n nodes and returns how many a second were
// accepted by the relay, which must have received each once.
func (b *bench) sendBy(ctx context.Context, s *system, n int, r relay) (figures []float64, err error) {
	err = b.withDatabase(ctx, s, func(url string) error {
		received := newCount()
		server, err := r.start(received.set)
		if err != nil {
			return err
		}
		defer server.stop()
		tally := newTally(b.mails)
		var start time.Time
		err = s.withNodes(ctx, n, opening{url, server.addr, tally.add}, func(nodes []node) error {
			start = time.Now()
			if err := b.commitAll(ctx, nodes...); err != nil {
				return err
			}
			return tally.wait(ctx)
		})
		if err != nil {
			return err
		}
		figures = []float64{float64(b.mails) / tally.last.Sub(start).Seconds()}
		return received.settle(ctx, b.mails)
	})
	return figures, err
}
