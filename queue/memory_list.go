package queue

import (
	"cmp"
	"context"
	"slices"
	"time"
)

func (s *memory) List(ctx context.Context, filter Filter, page Page) ([]Entry, error) {
	if err := s.lock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var entries []Entry
	for _, e := range s.entries(filter) {
		if page.Before == "" || e.ID < page.Before {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int { return cmp.Compare(b.ID, a.ID) })
	return entries[:min(len(entries), page.Limit())], nil
}

func (s *memory) Count(ctx context.Context, filter Filter) (map[State]int, error) {
	if err := s.lock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	counts := map[State]int{}
	for _, e := range s.entries(filter) {
		counts[e.State]++
	}
	return counts, nil
}

func (s *memory) Get(ctx context.Context, id string) (*Record, error) {
	if err := s.lock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	m := s.mails[id]
	if m == nil {
		return nil, ErrNotFound
	}
	return &Record{
		Entry:      m.entry(time.Now()),
		Mail:       m.mail.clone(),
		Recipients: slices.Clone(m.recipients),
		History:    slices.Clone(m.history),
	}, nil
}

// entries returns what the filter matches, in no order.
func (s *memory) entries(filter Filter) []Entry {
	var entries []Entry
	now := time.Now()
	for _, m := range s.mails {
		e := m.entry(now)
		if filter.Matches(&e, m.mail.To, m.mail.Meta) {
			entries = append(entries, e)
		}
	}
	return entries
}

func (m *memoryMail) entry(now time.Time) Entry {
	state := m.state
	if state == Outgoing && !m.leased && m.due.After(now) {
		state = Deferred
	}
	return Entry{
		ID: m.mail.ID, State: state, Sending: m.leased && m.due.After(now),
		Lane: m.mail.Lane, Route: m.mail.Route,
		From: m.mail.From, To: m.mail.To[0], Recipients: len(m.mail.To), Subject: m.mail.Subject,
		Attempts: m.attempts, Doubts: m.doubts,
		Queued: m.queued, Due: m.due, Expires: m.mail.Expires, Last: m.last, Size: m.size,
	}
}
