package queue

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"
)

// A memoryBeat is a heartbeat and when it was stored.
type memoryBeat struct {
	Heartbeat
	at time.Time
}

func (s *memory) Beat(ctx context.Context, beat Heartbeat) error {
	if err := s.lock(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	s.beats[beat.Mailer] = memoryBeat{beat, time.Now()}
	return nil
}

// minute returns the counters of the minute of now.
func (s *memory) minute(now time.Time) *Minute {
	at := now.UTC().Truncate(time.Minute)
	if s.minutes[at] == nil {
		s.minutes[at] = &Minute{At: at}
	}
	return s.minutes[at]
}

func (s *memory) Totals(ctx context.Context) (*Totals, error) {
	if err := s.lock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	now := time.Now()
	totals := &Totals{Now: now, Queues: s.totals(now), Waiting: s.waiting(now)}
	for _, m := range s.minutes {
		if m.At.After(now.Add(-day)) && *m != (Minute{At: m.At}) {
			totals.Minutes = append(totals.Minutes, *m)
		}
	}
	slices.SortFunc(totals.Minutes, func(a, b Minute) int { return a.At.Compare(b.At) })
	for _, beat := range s.beats {
		age := now.Sub(beat.at)
		beat.Seen, beat.Started, beat.Moved = age, beat.Started+age, beat.Moved+age
		totals.Mailers = append(totals.Mailers, beat.Heartbeat)
	}
	slices.SortFunc(totals.Mailers, func(a, b Heartbeat) int { return cmp.Compare(a.Mailer, b.Mailer) })
	return totals, nil
}

func (s *memory) totals(now time.Time) []Total {
	type place struct {
		State
		Lane
	}
	byPlace := map[place]Total{}
	for _, m := range s.mails {
		p := place{m.entry(now).State, m.mail.Lane}
		total := byPlace[p]
		total.State, total.Lane = p.State, p.Lane
		if total.Count == 0 || m.queued.Before(total.Oldest) {
			total.Oldest = m.queued
		}
		total.Count++
		byPlace[p] = total
	}
	return slices.SortedFunc(maps.Values(byPlace), func(a, b Total) int {
		return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(slices.Index(Lanes[:], a.Lane), slices.Index(Lanes[:], b.Lane)))
	})
}

// waiting returns how long the mail that has waited longest could have been claimed.
func (s *memory) waiting(now time.Time) time.Duration {
	var longest time.Duration
	for _, m := range s.mails {
		r := s.routes[m.mail.Route]
		if m.state != Outgoing || r.Down || s.paused(r.Name) || s.paused(AllRoutes) {
			continue
		}
		longest = max(longest, now.Sub(m.due))
	}
	return longest
}
