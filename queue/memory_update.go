package queue

import (
	"context"
	"slices"
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// memoryBatch is how many mails an Update or a Clean changes at most.
const memoryBatch = 500

func (s *memory) Update(ctx context.Context, filter Filter, change Change, after string) (int, string, error) {
	if err := s.lock(ctx); err != nil {
		return 0, "", err
	}
	defer s.mu.Unlock()
	var ids []string
	for _, e := range s.entries(filter) {
		if e.ID > after {
			ids = append(ids, e.ID)
		}
	}
	slices.Sort(ids)
	next := ""
	if len(ids) > memoryBatch {
		ids = ids[:memoryBatch]
		next = ids[memoryBatch-1]
	}
	n, now := 0, time.Now()
	for _, id := range ids {
		if s.update(s.mails[id], change, now) {
			n++
		}
	}
	return n, next, nil
}

// update tells whether it changed the mail.
func (s *memory) update(m *memoryMail, change Change, now time.Time) bool {
	if m.leased || !change.Operation.Applies(m.entry(now).State) {
		return false
	}
	if change.Operation == OperationRetry && !m.revive() {
		return false
	}
	switch change.Operation {
	case OperationHold:
		m.state = Held
	case OperationRelease:
		m.state = Outgoing
	case OperationDelete:
		delete(s.mails, m.mail.ID)
	case OperationRetry, OperationReschedule:
		m.reschedule(change, now)
	}
	return true
}

// revive makes pending the recipients that were not delivered, and tells whether
// there are any.
func (m *memoryMail) revive() bool {
	for i := range m.recipients {
		if r := &m.recipients[i]; r.State != RecipientDelivered {
			r.State = RecipientPending
			m.alone = m.alone || r.Last.Outcome == host.Uncertain
		}
	}
	return Settled(m.recipients) == Outgoing
}

func (m *memoryMail) reschedule(change Change, now time.Time) {
	m.state, m.awaits, m.due = Outgoing, false, now.Add(max(0, change.In))
	if expires := m.due.Add(change.Lifetime); expires.After(m.mail.Expires) {
		m.mail.Expires = expires
	}
}
