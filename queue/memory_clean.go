package queue

import (
	"context"
	"maps"
	"time"
)

func (s *memory) Clean(ctx context.Context, keep Retention) (int, error) {
	if err := s.lock(ctx); err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	n, now := 0, time.Now()
	clean(s.mails, &n, func(m *memoryMail) bool { return m.keptLongerThan(keep.of(m.state), now) })
	s.cleanData(keep.Data, &n, now)
	clean(s.identities, &n, func(key memoryKey) bool {
		m := s.mails[key.id]
		return now.Sub(key.at) > keep.Keys && (m == nil || m.settled())
	})
	clean(s.audits, &n, func(line Audit) bool { return now.Sub(line.At) > keep.Audit })
	clean(s.minutes, &n, func(m *Minute) bool { return now.Sub(m.At) > day+time.Minute })
	clean(s.beats, &n, func(beat memoryBeat) bool { return now.Sub(beat.at) > day })
	return n, nil
}

// clean deletes what is old, as long as n, which counts it, is less than a batch.
func clean[K comparable, V any](rows map[K]V, n *int, old func(V) bool) {
	maps.DeleteFunc(rows, func(_ K, row V) bool {
		if *n >= memoryBatch || !old(row) {
			return false
		}
		*n++
		return true
	})
}

func (s *memory) cleanData(keep time.Duration, n *int, now time.Time) {
	for _, m := range s.mails {
		if *n < memoryBatch && m.state == Sent && m.mail.Data != nil && m.keptLongerThan(keep, now) {
			m.mail.Data = nil
			*n++
		}
	}
}

// of returns how long mail is kept that was settled in that queue.
func (r Retention) of(state State) time.Duration {
	if state == Sent {
		return r.Sent
	}
	return r.Failed
}

func (m *memoryMail) settled() bool { return m.state != Outgoing && m.state != Held }

func (m *memoryMail) keptLongerThan(d time.Duration, now time.Time) bool {
	return m.settled() && now.Sub(m.due) > d
}
