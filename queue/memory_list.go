package queue

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// memorySearch is how many mails a Search looks at. It is few, so that tests on this
// store see a search that is not at its end.
const memorySearch = 1000

func (s *memory) Search(ctx context.Context, filter Filter, page Page) (found []Entry, next string, err error) {
	if err := s.lock(ctx); err != nil {
		return nil, "", err
	}
	defer s.mu.Unlock()
	var ids []string
	for id := range s.mails {
		if page.Before == "" || id < page.Before {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(b, a) })
	now := time.Now()
	for i, id := range ids {
		if i == memorySearch || len(found) == page.Limit() {
			return found, ids[i-1], nil
		}
		if m := s.mails[id]; m.matches(&filter, now) {
			found = append(found, m.entry(now))
		}
	}
	return found, "", nil
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
		if m.matches(&filter, now) {
			entries = append(entries, m.entry(now))
		}
	}
	return entries
}

func (m *memoryMail) matches(filter *Filter, now time.Time) bool {
	e := m.entry(now)
	return filter.Matches(&e, m.mail.To, m.mail.Meta)
}

func (m *memoryMail) entry(now time.Time) Entry {
	state := m.state
	if state == Outgoing && !m.leased && m.due.After(now) {
		state = Deferred
	}
	return Entry{
		ID: m.mail.ID, State: state, Sending: m.leased && m.due.After(now),
		Lane: m.mail.Lane, Route: m.mail.Route,
		From: m.mail.From, To: m.mail.To[0], Recipients: len(m.mail.To), Subject: m.mail.Subject, Transaction: m.mail.Transaction,
		Attempts: m.attempts, Doubts: m.doubts,
		Queued: m.queued, Due: m.due, Expires: m.mail.Expires, Last: m.last, Size: m.size,
	}
}
