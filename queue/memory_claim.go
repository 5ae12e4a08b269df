package queue

import (
	"cmp"
	"context"
	"fmt"
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
	case route.Down || first.alone:
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
		if turn.mail.Route != b.Route || turn.alone && len(b.Mails) > 0 {
			continue
		}
		b.Mails = append(b.Mails, turn.claim(b.Now, want.Lease))
		size += turn.size
		if len(b.Mails) >= want.Mails || size >= want.Bytes {
			return
		}
	}
}

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

func (m *memoryMail) remember(a Attempt) {
	m.history = append(m.history, a)
	m.history = m.history[max(0, len(m.history)-HistoryLength):]
}

// held returns the mail if it is still claimed under this lease, else nil.
func (s *memory) held(lease Lease) *memoryMail {
	m := s.mails[lease.ID]
	if m == nil || !m.leased || m.fence != lease.Fence {
		return nil
	}
	return m
}

func (s *memory) Extend(ctx context.Context, leases []Lease, d time.Duration) error {
	if err := s.lock(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	until := time.Now().Add(d)
	for _, lease := range leases {
		if m := s.held(lease); m != nil {
			m.due = until
			s.routes[m.mail.Route].extendProbe(lease, until)
		}
	}
	return nil
}

func (s *memory) Finish(ctx context.Context, finishes []Finish) (int, error) {
	if err := s.lock(ctx); err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	for _, f := range finishes {
		m := s.held(f.Lease)
		for _, r := range f.Recipients {
			if m != nil && (r.Index < 0 || r.Index >= len(m.recipients)) {
				return 0, fmt.Errorf("queue: mail %s has no recipient %d to finish", f.ID, r.Index)
			}
		}
	}
	n, now := 0, time.Now()
	for _, f := range finishes {
		if m := s.held(f.Lease); m != nil {
			m.finish(f, now)
			s.settle(m, f, now)
			n++
		}
	}
	return n, nil
}

func (m *memoryMail) finish(f Finish, now time.Time) {
	for _, r := range f.Recipients {
		m.recipients[r.Index].State = r.State
		m.recipients[r.Index].Last = r.Last
	}
	if f.Attempt {
		m.attempts++
	}
	if f.Doubt {
		m.doubts++
	}
	if a, ok := f.Tried(now); ok {
		m.remember(a)
	}
	m.leased, m.alone = false, f.Alone
	m.last = cmp.Or(f.Words(), m.last)
	m.state = Settled(m.recipients)
	if f.Failed != "" {
		m.state = Failed
	}
	m.due = now
	if m.state == Outgoing {
		m.due, m.awaits = now.Add(f.Retry), f.AwaitsRoute
	}
}

// settle counts what a Finish did, and drops what is not kept.
func (s *memory) settle(m *memoryMail, f Finish, now time.Time) {
	minute := s.minute(now)
	switch m.state {
	case Sent:
		minute.Out++
		if f.Unkept.Data {
			m.mail.Data = nil
		}
	case Failed, Uncertain:
		minute.Failed++
	default:
		if f.Attempt {
			minute.Deferred++
		}
	}
	if m.state == Sent && f.Unkept.Sent || m.state == Failed && f.Unkept.Failed {
		delete(s.mails, m.mail.ID)
	}
}
