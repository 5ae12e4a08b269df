package queue

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// A memoryTurn is a mail's place among those that a Claim may take.
type memoryTurn struct {
	*memoryMail
	ready time.Time // from when it may be claimed: now, where that has passed
	lane  int       // its place in Lanes
	turn  int64     // its route's last claim
}

func (s *memory) Claim(ctx context.Context, want Want) (*Batch, time.Duration, error) {
	if err := s.lock(ctx); err != nil {
		return nil, 0, err
	}
	defer s.mu.Unlock()
	now := time.Now()
	turns := s.turns(want, now)
	if len(turns) == 0 {
		return nil, -1, nil
	}
	first := turns[0]
	if first.ready.After(now) {
		return nil, first.ready.Sub(now), nil
	}
	route := s.routes[first.mail.Route]
	batch := &Batch{Route: route.Name, Probe: route.Down, Now: now}
	switch {
	case route.Down || first.goesAlone():
		want.Mails = 1
	case route.Ramp > 0:
		batch.Ramp = route.Ramp
		want.Mails = min(want.Mails, route.Ramp)
	}
	batch.fill(turns, want)
	s.claims++
	route.turn = s.claims
	if route.Down {
		route.startProbe(batch.Mails[0].Lease, now.Add(want.Lease))
	}
	return batch, 0, nil
}

// turns lists the mail that a Claim may take now or later, in its order.
func (s *memory) turns(want Want, now time.Time) []memoryTurn {
	if s.paused(AllRoutes) {
		return nil
	}
	var turns []memoryTurn
	for _, m := range s.mails {
		name := m.mail.Route
		if m.state != Outgoing || want.ImmediateOnly && m.mail.Lane != Immediate ||
			s.paused(name) || slices.Contains(want.Skip, name) {
			continue
		}
		route := s.routes[name]
		ready := route.ready(m.due)
		if ready.Before(now) {
			ready = now
		}
		turns = append(turns, memoryTurn{m, ready, slices.Index(Lanes[:], m.mail.Lane), route.turn})
	}
	slices.SortFunc(turns, func(a, b memoryTurn) int {
		return cmp.Or(a.ready.Compare(b.ready), a.lane-b.lane, cmp.Compare(a.turn, b.turn), a.due.Compare(b.due),
			cmp.Compare(a.mail.ID, b.mail.ID))
	})
	return turns
}

// fill claims the first of turns and those that may go with it.
func (b *Batch) fill(turns []memoryTurn, want Want) {
	size := 0
	for _, turn := range turns {
		if turn.ready.After(b.Now) {
			return
		}
		if turn.mail.Route != b.Route || turn.goesAlone() && len(b.Mails) > 0 {
			continue
		}
		b.Mails = append(b.Mails, turn.claim(b.Now, want.Lease))
		size += turn.size
		if len(b.Mails) >= want.Mails || size >= want.Bytes {
			return
		}
	}
}

// goesAlone is asked of what may be claimed: where that is leased, the lease has lapsed.
func (m *memoryMail) goesAlone() bool { return m.alone || m.leased }

func (m *memoryMail) claim(now time.Time, lease time.Duration) Claimed {
	lapsed := m.leased
	if lapsed {
		m.attempts++
		m.doubts++
	}
	m.leased, m.due, m.awaits = true, now.Add(lease), false
	m.fence++
	c := Claimed{
		Lease: Lease{m.mail.ID, m.fence}, Mail: m.mail.clone(),
		Attempts: m.attempts, Queued: m.queued, Lapsed: lapsed,
	}
	c.Mail.To = nil
	for _, r := range m.recipients {
		if r.State == RecipientPending {
			c.Mail.To = append(c.Mail.To, r.To)
			c.Pending = append(c.Pending, r)
		}
	}
	if lapsed {
		m.remember(LapsedAttempt(len(c.Pending), now))
	}
	return c
}
