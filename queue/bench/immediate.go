package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

const (
	idle      = "idle"
	underBulk = "while bulk is sent"

	// fewest is how many samples must have been taken before the bulk is gone.
	fewest = 100
)

func (b *bench) immediateSection() *section {
	all := relays()
	r := all[0] // a process of its own where there is one
	return &section{
		name:    "immediate",
		title:   "immediate, to " + r.name,
		figures: []figure{{"p50", showMillis}, {"p99", showMillis}, {"bulk/s", showCount}},
		contenders: []*contender{
			{name: idle, run: func(ctx context.Context) ([]float64, error) { return b.hurry(ctx, r, 0) }},
			{name: underBulk, run: func(ctx context.Context) ([]float64, error) { return b.hurry(ctx, r, b.bulk) }},
		},
	}
}

// hurry measures how long immediate mails take while so many of bulk are queued.
func (b *bench) hurry(ctx context.Context, r relay, bulk int) (figures []float64, err error) {
	err = b.within(func(dir string) error {
		path := filepath.Join(dir, "mail.db")
		if err := fill(ctx, path, bulk, queue.Bulk, []byte(mailText)); err != nil {
			return err
		}
		server, err := r.start(nil)
		if err != nil {
			return err
		}
		defer server.stop()
		smtp := &host.SMTP{Addr: server.addr}
		h := &hurry{seen: make(chan arrival, 1), bulk: int64(bulk)}
		quiet := queue.Config{Logger: slog.New(slog.DiscardHandler)}
		err = withQueue(path, &watched{smtp, h.see}, quiet, func(q *queue.Queue) error {
			figures, err = h.sample(ctx, q, b.samples)
			return err
		})
		return errors.Join(err, smtp.Close())
	})
	return figures, err
}

// A hurry is mail that is sent one by one, and what else is sent meanwhile.
type hurry struct {
	seen chan arrival
	bulk int64        // in the queue at first
	sent atomic.Int64 // of it
}

type arrival struct {
	at  time.Time
	err error
}

// urgent is from whom the immediate mails are.
const urgent = "reset@acme.example"

func (h *hurry) see(e *host.Envelope, r host.Report) {
	if e.From == urgent {
		h.seen <- arrival{time.Now(), accepted(r)}
	} else {
		h.sent.Add(1)
	}
}

// sample sends n mails, or as many as it can before the bulk is gone.
func (h *hurry) sample(ctx context.Context, c committer, n int) ([]float64, error) {
	var took []float64 // in milliseconds
	begin, before := time.Now(), h.sent.Load()
	for len(took) < n {
		pause(ctx, time.Millisecond+rand.N(4*time.Millisecond))
		d, err := h.one(ctx, c)
		if err != nil {
			return nil, err
		}
		if h.bulk > 0 && h.sent.Load() == h.bulk {
			break
		}
		took = append(took, float64(d)/float64(time.Millisecond))
	}
	if len(took) < min(n, fewest) {
		return nil, fmt.Errorf("the bulk was sent after %d samples", len(took))
	}
	rate := float64(h.sent.Load()-before) / time.Since(begin).Seconds()
	return []float64{percentile(took, 50), percentile(took, 99), rate}, nil
}

// one sends an immediate mail and returns how long after the call of Commit it
// was accepted.
func (h *hurry) one(ctx context.Context, c committer) (time.Duration, error) {
	m := newMail(queue.Immediate, []byte(mailText))
	m.From = urgent
	begin := time.Now()
	if err := c.Commit(ctx, m); err != nil {
		return 0, err
	}
	late, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	select {
	case a := <-h.seen:
		return a.at.Sub(begin), a.err
	case <-late.Done():
		return 0, fmt.Errorf("an immediate mail was not accepted: %w", late.Err())
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
