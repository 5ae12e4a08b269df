package queue

import (
	"context"
	"time"
)

// Stats is the state of a queue, as any process on its store can tell it.
type Stats struct {
	Now       time.Time     // by the store's clock
	Queues    []Total       // by queue and lane: how many mails, and since when the first has been there
	Waiting   time.Duration // how long the mail that could have been sent first has been waiting for that; 0: none is
	PerMinute Rates         // over the last minutes
	Minutes   []Minute      // of the last day, those in which something happened, for charts
	Routes    []Route       // by name; AllRoutes among them, where it was ever paused
	Mailers   []Heartbeat   // those of the last day; an Interval of 0 says that it was closed
	Sending   int           // mails in flight, of all mailers that are alive
	LastError string        // of the mailer that was seen last of those that had one, not about single mails
	Stalled   bool          // mail is due, and has not moved for three ticks of any mailer that is alive, if there is one
}

// Rates says how many mails a minute.
type Rates struct {
	In       float64 // committed
	Out      float64 // sent
	Deferred float64 // tried, and to be tried again
	Failed   float64 // undeliverable or uncertain
}

// rateMinutes is over how many minutes, of which the last is not over yet, rates
// are taken.
const rateMinutes = 5

// Stats returns the state of the queue. A queue that was opened without a host
// tells as much as one with a mailer.
func (q *Queue) Stats(ctx context.Context) (*Stats, error) {
	return read(ctx, q, func(ctx context.Context) (*Stats, error) {
		totals, err := q.store.Totals(ctx)
		if err != nil {
			return nil, err
		}
		routes, err := q.store.Routes(ctx)
		if err != nil {
			return nil, err
		}
		s := &Stats{
			Now: totals.Now, Queues: totals.Queues, Waiting: totals.Waiting, Minutes: totals.Minutes,
			Routes: routes, Mailers: totals.Mailers, PerMinute: rates(totals.Minutes, totals.Now),
		}
		s.draw(totals.Mailers, q.cfg.Interval)
		return s, nil
	})
}

// draw sums up the heartbeats. Where no mailer is alive, the tick is as
// configured here.
func (s *Stats) draw(mailers []Heartbeat, interval time.Duration) {
	tick, still := beatEvery(interval), true
	latest := time.Duration(-1)
	for i := range mailers {
		m := &mailers[i]
		if m.LastError != "" && (latest < 0 || m.Seen < latest) {
			latest, s.LastError = m.Seen, m.LastError
		}
		if m.Alive() {
			tick = beatEvery(m.Interval)
			s.Sending += m.Sending
			still = still && m.Moved >= patience*tick
		}
	}
	s.Stalled = still && s.Waiting >= patience*tick
}

func rates(minutes []Minute, now time.Time) Rates {
	from := now.UTC().Truncate(time.Minute).Add(-(rateMinutes - 1) * time.Minute)
	over := now.Sub(from).Minutes()
	var r Rates
	for _, m := range minutes {
		if !m.At.Before(from) {
			r.In += float64(m.In) / over
			r.Out += float64(m.Out) / over
			r.Deferred += float64(m.Deferred) / over
			r.Failed += float64(m.Failed) / over
		}
	}
	return r
}
