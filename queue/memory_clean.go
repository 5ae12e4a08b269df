package queue

import (
	"context"
	"time"
)

func (s *memory) Clean(ctx context.Context, keep Retention) (int, error) {
	if err := s.lock(ctx); err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	now := time.Now()
	return s.cleanMails(keep, now) + s.cleanKeys(now.Add(-keep.Keys)) + s.cleanOld(now.Add(-day)), nil
}

const day = 24 * time.Hour

func (s *memory) cleanMails(keep Retention, now time.Time) int {
	n := 0
	for id, m := range s.mails {
		age, most := now.Sub(m.due), keep.Failed
		switch m.state {
		case Sent:
			most = keep.Sent
		case Failed, Uncertain:
		default:
			continue
		}
		switch {
		case age > most:
			delete(s.mails, id)
			n++
		case m.state == Sent && age > keep.Data && m.mail.Data != nil:
			m.mail.Data = nil
			n++
		}
	}
	return n
}

func (s *memory) cleanKeys(before time.Time) int {
	n := 0
	for identity, key := range s.identities {
		m := s.mails[key.id]
		if key.at.Before(before) && (m == nil || m.state != Outgoing && m.state != Held) {
			delete(s.identities, identity)
			n++
		}
	}
	return n
}

// cleanOld drops what is only of use for a day.
func (s *memory) cleanOld(before time.Time) int {
	n := 0
	for at := range s.minutes {
		if at.Add(time.Minute).Before(before) {
			delete(s.minutes, at)
			n++
		}
	}
	for mailer, beat := range s.beats {
		if beat.at.Before(before) {
			delete(s.beats, mailer)
			n++
		}
	}
	return n
}
