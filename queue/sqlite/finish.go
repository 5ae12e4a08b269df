package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// Extend prolongs leases: see [queue.Store].
func (s *Store) Extend(ctx context.Context, leases []queue.Lease, d time.Duration) error {
	return s.write(ctx, func(w *writer) error {
		until := time.Now().Add(d).UnixMicro()
		for _, lease := range leases {
			if err := w.extend(lease, until); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *writer) extend(lease queue.Lease, until int64) error {
	result, err := w.exec("UPDATE mail SET due = ? WHERE id = ? AND fence = ? AND leased", until, lease.ID, lease.Fence)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = w.exec(`UPDATE route SET probe_due = ?, version = version + 1
		WHERE down AND probe_mail = ? AND probe_fence = ?`, until, lease.ID, lease.Fence)
	return err
}

// Finish records outcomes and ends leases: see [queue.Store].
func (s *Store) Finish(ctx context.Context, finishes []queue.Finish) (n int, err error) {
	err = s.write(ctx, func(w *writer) error {
		now := time.Now()
		for i := range finishes {
			finished, err := w.finish(&finishes[i], now)
			if err != nil {
				return err
			}
			if finished {
				n++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// finish tells whether the lease was held.
func (w *writer) finish(f *queue.Finish, now time.Time) (bool, error) {
	held, err := collect(background, w, scanNumber, "SELECT seq FROM mail WHERE id = ? AND fence = ? AND leased", f.ID, f.Fence)
	if err != nil || len(held) == 0 {
		return false, err
	}
	seq := held[0]
	for _, r := range f.Recipients {
		if err := w.finishRecipient(seq, f.ID, r); err != nil {
			return false, err
		}
	}
	state := queue.Failed
	if f.Failed == "" {
		all, err := recipients(background, w, seq)
		if err != nil {
			return false, err
		}
		state = queue.Settled(all)
	}
	_, err = w.exec(`UPDATE mail SET state = ?, leased = 0, alone = ?, due = ?, attempts = attempts + ?, doubts = doubts + ?,
		last = coalesce(nullif(?, ''), last) WHERE seq = ?`,
		state, f.Alone, now.Add(f.Retry).UnixMicro(), f.Attempt, f.Doubt, f.Words(), seq)
	return true, err
}

func (w *writer) finishRecipient(seq int64, id string, r queue.Recipient) error {
	result, err := w.exec(`UPDATE recipient SET state = ?, reported = ?, outcome = ?, code = ?, enhanced = ?, text = ?,
		relay = ?, alarm = ? WHERE mail = ? AND place = ?`,
		r.State, r.Last.To, r.Last.Outcome, r.Last.Code, r.Last.Enhanced, r.Last.Text,
		r.Last.Relay, r.Last.Alarm, seq, r.Index)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if n == 0 {
		return cmp.Or(err, fmt.Errorf("mail %s has no recipient %d to finish", id, r.Index))
	}
	return err
}
