package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// The ways in which package host moves mail.
const (
	lockstep  = "mailhost, lockstep"
	pipelined = "mailhost, pipelined"
	chunked   = "mailhost, chunked"
)

// batchSize is what the queue's mailer hands to one Send at most.
const batchSize = 100

// A mailhost is package host with a Send at work for each connection.
type mailhost struct {
	smtp  *host.SMTP
	conns int
	batch []*host.Envelope
}

// openMailhost returns how to open a mailhost that does not use some extensions.
func openMailhost(ignore ...string) func(context.Context, string, int) (fleet, error) {
	return func(_ context.Context, addr string, conns int) (fleet, error) {
		m := &mailhost{smtp: &host.SMTP{Addr: addr, MaxConns: conns, Ignore: ignore}, conns: conns}
		for i := range batchSize {
			m.batch = append(m.batch, &host.Envelope{
				ID:   fmt.Sprint(i),
				From: sender,
				To:   []string{recipient},
				Data: []byte(mailText),
			})
		}
		return m, m.smtp.Validate()
	}
}

// warm sends one mail on each connection. None is given back before all have
// got theirs, or fewer would do.
func (m *mailhost) warm(ctx context.Context) (int, error) {
	var all, told sync.WaitGroup
	told.Add(m.conns)
	counts := make([]count, m.conns)
	for i := range counts {
		c := &counts[i]
		all.Go(func() {
			m.smtp.Send(ctx, m.batch[:1], func(_ int, reports []host.Report) {
				c.add(reports)
				told.Done()
				told.Wait()
			})
		})
	}
	all.Wait()
	t, err := sum(counts)
	return t.mails, err
}

func (m *mailhost) send(ctx context.Context, d time.Duration) (tally, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	counts := make([]count, m.conns)
	start := time.Now()
	var group sync.WaitGroup
	for i := range counts {
		c := &counts[i]
		c.start = start
		group.Go(func() {
			done := func(_ int, reports []host.Report) { c.add(reports) }
			for ctx.Err() == nil && c.err == nil {
				m.smtp.Send(ctx, m.batch, done)
			}
		})
	}
	group.Wait()
	return sum(counts)
}

func (m *mailhost) close() error { return m.smtp.Close() }

// A count is what became of the mails of the Sends of one goroutine.
type count struct {
	start time.Time
	mails int
	last  time.Duration // after start, when the last mail was accepted
	err   error
}

// add counts a mail that was answered 250. One that was not tried, because the
// time was over, is nothing; anything else is a failure.
func (c *count) add(reports []host.Report) {
	r := reports[0]
	switch {
	case r.Outcome == host.Delivered && r.Code == 250:
		c.mails++
		c.last = time.Since(c.start)
	case r.Outcome != host.Unsent && c.err == nil:
		c.err = fmt.Errorf("%v: %d %s", r.Outcome, r.Code, r.Text)
	}
}

// sum returns the tally of all counts and the first failure.
func sum(counts []count) (t tally, err error) {
	for _, c := range counts {
		t.add(c.mails, c.last)
		if err == nil {
			err = c.err
		}
	}
	return t, err
}
