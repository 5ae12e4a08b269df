package queue

import (
	"context"
	"slices"
	"time"
)

func (s *memory) Shape(ctx context.Context, state State, most int) (*Shape, error) {
	if err := s.lock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	now := time.Now()
	waiting := s.waitingIn(state, now)
	shape := &Shape{Looked: min(len(waiting), ShapeLimit), Whole: len(waiting) <= ShapeLimit}
	var count ShapeCount
	for _, m := range waiting[:shape.Looked] {
		for _, r := range m.recipients {
			if r.State == RecipientPending {
				count.Add(r.To, now.Sub(m.queued), 1)
			}
		}
	}
	shape.Domains = count.Domains(most)
	return shape, nil
}

// waitingIn returns the mails of which a Shape tells, those due first in front.
func (s *memory) waitingIn(state State, now time.Time) (waiting []*memoryMail) {
	for _, m := range s.mails {
		if stands := m.entry(now).State; stands == state || state == AnyState && m.state == Outgoing {
			waiting = append(waiting, m)
		}
	}
	slices.SortFunc(waiting, func(a, b *memoryMail) int { return a.due.Compare(b.due) })
	return waiting
}
