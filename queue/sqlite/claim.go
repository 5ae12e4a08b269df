package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// Claim takes leases: see [queue.Store]. One that finds nothing writes nothing.
func (s *Store) Claim(ctx context.Context, want queue.Want) (batch *queue.Batch, wait time.Duration, err error) {
	err = s.write(ctx, func(w *writer) (err error) {
		batch, wait, err = w.claim(want, time.Now())
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return batch, wait, nil
}

// A head is the mail that is claimed next, or the first that will be.
type head struct {
	seq   int64
	lane  int
	route string
	alone bool
	probe bool  // its route is down
	ready int64 // when it may be claimed: now, where that has passed
}

// headQuery looks at the first mail of each route in each lane. What is ready
// goes by lane, due and id, before what will be.
const headQuery = `
	WITH lane (place) AS (VALUES (0), (1), (2))
	SELECT m.seq, m.lane, m.route, m.alone, r.down,
		max(?1, m.due, CASE WHEN r.down THEN r.probe_due ELSE 0 END) AS ready
	FROM route r CROSS JOIN lane l CROSS JOIN mail m
	WHERE l.place < ?2 AND m.seq = (
		SELECT seq FROM mail WHERE state = 1 AND lane = l.place AND route = r.name ORDER BY due, id LIMIT 1)
	ORDER BY ready, m.lane, m.due, m.id LIMIT 1`

// batchQuery lists what may be claimed with a head.
const batchQuery = `SELECT ` + mailColumns + ` FROM mail
	WHERE state = 1 AND lane = ? AND route = ? AND due <= ? AND NOT alone ORDER BY due, id LIMIT ?`

func (w *writer) claim(want queue.Want, now time.Time) (*queue.Batch, time.Duration, error) {
	lanes := len(queue.Lanes)
	if want.ImmediateOnly {
		lanes = 1
	}
	heads, err := collect(background, w, func(rows *sql.Rows) (h head, err error) {
		return h, rows.Scan(&h.seq, &h.lane, &h.route, &h.alone, &h.probe, &h.ready)
	}, headQuery, now.UnixMicro(), lanes)
	if err != nil {
		return nil, 0, err
	}
	if len(heads) == 0 {
		return nil, -1, nil
	}
	first := heads[0]
	if wait := first.ready - now.UnixMicro(); wait > 0 {
		return nil, time.Duration(wait) * time.Microsecond, nil
	}
	rows, err := w.choose(first, lanes, want, now)
	if err != nil {
		return nil, 0, err
	}
	batch := &queue.Batch{Route: first.route, Probe: first.probe, Now: now}
	return batch, 0, w.lease(batch, rows, now.Add(want.Lease))
}

// choose returns the mails of a batch: the first, and what may go with it.
func (w *writer) choose(first head, lanes int, want queue.Want, now time.Time) ([]*mailRow, error) {
	if first.probe || first.alone {
		return collect(background, w, scanMail, "SELECT "+mailColumns+" FROM mail WHERE seq = ?", first.seq)
	}
	var chosen []*mailRow
	limit, size := max(1, want.Mails), 0
	for lane := first.lane; lane < lanes; lane++ {
		rows, err := collect(background, w, scanMail, batchQuery, lane, first.route, now.UnixMicro(), limit-len(chosen))
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if len(chosen) > 0 && size >= want.Bytes {
				return chosen, nil
			}
			chosen = append(chosen, row)
			size += row.size
		}
	}
	return chosen, nil
}

// lease takes the leases and fills the batch.
func (w *writer) lease(batch *queue.Batch, rows []*mailRow, until time.Time) error {
	for _, row := range rows {
		_, err := w.exec(`UPDATE mail SET leased = 1, due = ?, fence = fence + 1,
			attempts = attempts + leased, doubts = doubts + leased WHERE seq = ?`, until.UnixMicro(), row.seq)
		if err != nil {
			return err
		}
		claimed, err := w.claimed(row)
		if err != nil {
			return err
		}
		batch.Mails = append(batch.Mails, claimed)
	}
	if !batch.Probe {
		return nil
	}
	probe := batch.Mails[0].Lease
	_, err := w.exec(`UPDATE route SET probe_due = ?, probe_mail = ?, probe_fence = ?, version = version + 1
		WHERE name = ?`, until.UnixMicro(), probe.ID, probe.Fence, batch.Route)
	return err
}

// claimed returns the mail of a row that has been leased, with what of it
// cannot be decoded in its Err.
func (w *writer) claimed(row *mailRow) (c queue.Claimed, err error) {
	c.Lease = queue.Lease{ID: row.id, Fence: row.fence + 1}
	c.Attempts, c.Queued, c.Lapsed = row.attempts, fromMicro(row.queued), row.leased
	if row.leased {
		c.Attempts++
	}
	c.Mail, c.Err = row.mail()
	all, err := recipients(background, w, row.seq)
	if err != nil {
		return c, err
	}
	for _, r := range all {
		if r.State == queue.RecipientPending {
			c.Mail.To = append(c.Mail.To, r.To)
			c.Pending = append(c.Pending, r)
		}
	}
	c.Mail.Data, err = data(background, w, row.seq)
	if len(c.Pending) == 0 || len(c.Mail.Data) != row.size {
		c.Err = errors.Join(c.Err, fmt.Errorf("queue/sqlite: mail %s has %d pending recipients and %d of its %d bytes",
			row.id, len(c.Pending), len(c.Mail.Data), row.size))
	}
	return c, err
}
