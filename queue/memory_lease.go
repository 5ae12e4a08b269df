package queue

import (
	"context"
	"time"
)

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
