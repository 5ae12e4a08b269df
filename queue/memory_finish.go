package queue

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

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
	s.minute(now).Count(m.state, f.Attempt)
	if f.Unkept.Drops(m.state) {
		delete(s.mails, m.mail.ID)
	}
	if f.Unkept.DropsData(m.state) {
		m.mail.Data = nil
	}
}

func (m *memoryMail) remember(a Attempt) {
	m.history = append(m.history, a)
	m.history = m.history[max(0, len(m.history)-HistoryLength):]
}
