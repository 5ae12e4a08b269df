package sqlite

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// lease takes the leases and fills the batch.
func (w *writer) lease(batch *queue.Batch, rows []*mailRow, until time.Time) error {
	seqs := make([]int64, len(rows))
	for i, row := range rows {
		seqs[i] = row.seq
	}
	list := encodeSeqs(seqs)
	_, err := w.exec(`UPDATE mailhost_mail SET leased = 1, due = ?1, fence = fence + 1, awaits = 0,
		attempts = attempts + leased, doubts = doubts + leased
		WHERE seq IN (SELECT value FROM json_each(?2))`, until.UnixMicro(), list)
	if err != nil {
		return err
	}
	contents, err := w.contents(list, len(seqs))
	if err != nil {
		return err
	}
	for _, row := range rows {
		claimed := claimedOf(row, cmp.Or(contents[row.seq], &content{}))
		if claimed.Lapsed {
			if err := w.remember(row.seq, claimed.Attempts, queue.LapsedAttempt(len(claimed.Pending), batch.Now)); err != nil {
				return err
			}
		}
		batch.Mails = append(batch.Mails, claimed)
	}
	return w.takeTurn(batch, until)
}

// takeTurn puts the batch's route behind the others, and marks its probe.
func (w *writer) takeTurn(batch *queue.Batch, until time.Time) error {
	const turn = "UPDATE mailhost_route SET turn = (SELECT max(turn) FROM mailhost_route) + 1"
	if !batch.Probe {
		_, err := w.exec(turn+" WHERE name = ?", batch.Route)
		return err
	}
	probe := batch.Mails[0].Lease
	_, err := w.exec(turn+`, probe_due = ?, probe_mail = ?, probe_fence = ?, version = version + 1
		WHERE name = ?`, until.UnixMicro(), probe.ID, probe.Fence, batch.Route)
	return err
}

// claimedOf returns the mail of a row that has been leased, with what of it
// cannot be decoded in its Err.
func claimedOf(row *mailRow, content *content) (c queue.Claimed) {
	c.Lease = queue.Lease{ID: row.id, Fence: row.fence + 1}
	c.Attempts, c.Queued, c.Lapsed = row.attempts, fromMicro(row.queued), row.leased
	if row.leased {
		c.Attempts++
	}
	c.Mail, c.Err = row.mail()
	for _, r := range content.recipients {
		if r.State > queue.RecipientUncertain {
			c.Err = errors.Join(c.Err, fmt.Errorf("queue/sqlite: mail %s has a recipient in an unknown state", row.id))
		}
		if r.State == queue.RecipientPending {
			c.Mail.To = append(c.Mail.To, r.To)
			c.Pending = append(c.Pending, r)
		}
	}
	c.Mail.Data = content.data
	if len(c.Pending) == 0 || len(c.Mail.Data) != row.size {
		c.Err = errors.Join(c.Err, fmt.Errorf("queue/sqlite: mail %s has %d pending recipients and %d of its %d bytes",
			row.id, len(c.Pending), len(c.Mail.Data), row.size))
	}
	return c
}

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
	n, err := w.change("UPDATE mailhost_mail SET due = ? WHERE id = ? AND fence = ? AND leased", until, lease.ID, lease.Fence)
	if err != nil || n == 0 {
		return err
	}
	_, err = w.exec(`UPDATE mailhost_route SET probe_due = ?, version = version + 1
		WHERE down AND probe_mail = ? AND probe_fence = ?`, until, lease.ID, lease.Fence)
	return err
}
