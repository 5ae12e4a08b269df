package queue

import (
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// judge turns a verdict into what is to be recorded.
func (s *sender) judge(v verdict) {
	s.moved.now()
	c := s.sent[v.i]
	blame(c, v.reports)
	now := s.batch.Now.Add(time.Since(s.claimed))
	s.judgeRoute(v.reports, now)
	s.finish(c, settle(c, v.reports, terms{
		now:   now,
		retry: retryAfter(c.Attempts+1, s.cfg.RetryMin, s.cfg.RetryMax, rand.Float64()),
		probe: max(0, s.probeDue.Sub(now)),
	}))
}

// judgeRoute tells the breaker what the reports say about the route.
func (s *sender) judgeRoute(reports []host.Report, now time.Time) {
	var answered bool
	var unreachable *host.Report
	for i, r := range reports {
		switch r.Outcome {
		case host.Unsent:
		case host.Unreachable:
			unreachable = &reports[i]
		default:
			answered = true
		}
	}
	s.answered = s.answered || answered
	s.tried = s.tried || answered || unreachable != nil
	b := breaker{s.store, s.cfg.Logger}
	switch {
	case unreachable != nil && s.probeDue.IsZero(): // the batch's first
		s.probeDue = now.Add(b.unreachable(s.abandoned, s.batch.Route, s.batch.Probe, *unreachable, now))
	case unreachable != nil || !s.batch.Probe:
	case answered:
		b.reached(s.abandoned, s.batch.Route)
	default:
		b.untried(s.abandoned, s.batch.Route)
	}
}

// finish takes note of what is to be recorded, and logs it.
func (s *sender) finish(c *Claimed, f Finish) {
	f.Unkept = s.cfg.unkept(f)
	s.finishes = append(s.finishes, finish{f, c})
	if f.Failed != "" {
		s.cfg.Logger.Error("queue: mail set aside", "id", c.ID, "error", f.Failed)
	}
	attempts := c.Attempts
	if f.Attempt {
		attempts++
	}
	for _, r := range f.Recipients {
		level, words := slog.LevelWarn, "queue: mail failed"
		switch r.State {
		case RecipientDelivered:
			level, words = slog.LevelInfo, "queue: mail delivered"
		case RecipientUncertain:
			words = "queue: mail uncertain"
		case RecipientPending:
			level, words = slog.LevelInfo, "queue: mail deferred"
		}
		s.cfg.Logger.Log(s.abandoned, level, words, "id", c.ID, "to", r.To, "route", c.Mail.Route,
			"outcome", r.Last.Outcome.String(), "code", r.Last.Code, "text", r.Last.Text,
			"relay", r.Last.Relay, "attempts", attempts, "retry", f.Retry)
	}
}
