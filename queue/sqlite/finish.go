package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// Finish records outcomes and ends leases: see [queue.Store].
func (s *Store) Finish(ctx context.Context, finishes []queue.Finish) (n int, err error) {
	err = s.write(ctx, func(w *writer) (err error) {
		now := time.Now()
		n = 0
		for i := range finishes {
			held, err := w.held(finishes[i].Lease)
			if err != nil {
				return err
			}
			if held == nil {
				continue
			}
			if err := w.finish(held, &finishes[i], now); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// A heldMail is one whose lease is to be finished.
type heldMail struct {
	seq        int64
	attempts   int
	recipients int // how many it has
}

// held returns nil where the lease was lost.
func (w *writer) held(lease queue.Lease) (*heldMail, error) {
	mails, err := collect(background, w, func(rows *sql.Rows) (*heldMail, error) {
		m := &heldMail{}
		return m, rows.Scan(&m.seq, &m.attempts, &m.recipients)
	}, `SELECT seq, attempts, (SELECT count(*) FROM mailhost_recipient WHERE mail = seq)
		FROM mailhost_mail WHERE id = ? AND fence = ? AND leased`, lease.ID, lease.Fence)
	if err != nil || len(mails) == 0 {
		return nil, err
	}
	return mails[0], nil
}

func (w *writer) finish(m *heldMail, f *queue.Finish, now time.Time) error {
	for _, r := range f.Recipients {
		if err := w.finishRecipient(m.seq, f.ID, r); err != nil {
			return err
		}
	}
	if f.Attempt {
		m.attempts++
	}
	if attempt, ok := f.Tried(now); ok {
		if err := w.remember(m.seq, m.attempts, attempt); err != nil {
			return err
		}
	}
	state, err := w.stateAfter(m, f)
	if err != nil {
		return err
	}
	due, awaits := now, false
	if state == queue.Outgoing {
		due, awaits = now.Add(f.Retry), f.AwaitsRoute
	}
	_, err = w.exec(`UPDATE mailhost_mail SET state = ?, leased = 0, alone = ?, awaits = ?, due = ?, attempts = ?,
		doubts = doubts + ?, last = coalesce(nullif(?, ''), last) WHERE seq = ?`,
		state, f.Alone, awaits, due.UnixMicro(), m.attempts, f.Doubt, f.Words(), m.seq)
	if err != nil {
		return err
	}
	w.minute(now).Count(state, f.Attempt)
	return w.dropUnkept(m.seq, state, f.Unkept)
}

func (w *writer) finishRecipient(seq int64, id string, r queue.Recipient) error {
	n, err := w.change(`UPDATE mailhost_recipient SET state = ?, reported = ?, outcome = ?, code = ?, enhanced = ?, text = ?,
		relay = ?, alarm = ? WHERE mail = ? AND place = ?`,
		r.State, r.Last.To, r.Last.Outcome, r.Last.Code, r.Last.Enhanced, r.Last.Text,
		r.Last.Relay, r.Last.Alarm, seq, r.Index)
	if err == nil && n == 0 {
		err = fmt.Errorf("mail %s has no recipient %d to finish", id, r.Index)
	}
	return err
}

// stateAfter returns where the mail stands once its recipients are finished.
func (w *writer) stateAfter(m *heldMail, f *queue.Finish) (queue.State, error) {
	if f.Failed != "" {
		return queue.Failed, nil
	}
	if len(f.Recipients) == 1 && m.recipients == 1 { // most mails
		return queue.Settled(f.Recipients), nil
	}
	all, err := recipients(background, w, m.seq)
	return queue.Settled(all), err
}

func (w *writer) dropUnkept(seq int64, state queue.State, unkept queue.Unkept) error {
	switch {
	case unkept.Drops(state):
		_, err := w.exec("DELETE FROM mailhost_mail WHERE seq = ?", seq)
		return err
	case unkept.DropsData(state):
		return w.dropData([]int64{seq})
	}
	return nil
}
