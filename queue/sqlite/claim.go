package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
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
	alone bool  // it is to go so, or its lease has lapsed
	probe bool  // its route is down
	ramp  int   // of its route
	ready int64 // when it may be claimed: now, where that has passed
}

// headQuery looks at the first mail of each route in each lane. What is ready
// goes by lane, its route's turn, due and id, before what will be.
const headQuery = `
	WITH lane (place) AS (VALUES (0), (1), (2))
	SELECT m.seq, m.lane, m.route, m.alone OR m.leased, r.down, r.ramp,
		max(?1, m.due, CASE WHEN r.down THEN r.probe_due ELSE 0 END) AS ready
	FROM mailhost_route r CROSS JOIN lane l CROSS JOIN mailhost_mail m
	WHERE l.place < ?2 AND NOT r.paused AND r.name NOT IN (SELECT value FROM json_each(?3))
		AND NOT EXISTS (SELECT 1 FROM mailhost_route WHERE name = '` + queue.AllRoutes + `' AND paused)
		AND m.seq = (
			SELECT seq FROM mailhost_mail WHERE state = 1 AND lane = l.place AND route = r.name ORDER BY due, id LIMIT 1)
	ORDER BY ready, m.lane, r.turn, m.due, m.id LIMIT 1`

// batchQuery lists what may be claimed with a head: no mail that is to go alone, be
// it because its lease has lapsed.
const batchQuery = `SELECT ` + mailColumns + ` FROM mailhost_mail
	WHERE state = 1 AND lane = ? AND route = ? AND due <= ? AND NOT alone AND NOT leased ORDER BY due, id LIMIT ?`

func (w *writer) claim(want queue.Want, now time.Time) (*queue.Batch, time.Duration, error) {
	lanes := len(queue.Lanes)
	if want.ImmediateOnly {
		lanes = 1
	}
	skip, err := json.Marshal(append([]string{}, want.Skip...)) // never null
	if err != nil {
		return nil, 0, err
	}
	heads, err := collect(background, w, func(rows *sql.Rows) (h head, err error) {
		return h, rows.Scan(&h.seq, &h.lane, &h.route, (*flag)(&h.alone), &h.probe, &h.ramp, &h.ready)
	}, headQuery, now.UnixMicro(), lanes, string(skip))
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
	batch := &queue.Batch{Route: first.route, Probe: first.probe, Now: now}
	if first.ramp > 0 && !first.probe && !first.alone {
		batch.Ramp = first.ramp
		want.Mails = min(want.Mails, first.ramp)
	}
	rows, err := w.choose(first, lanes, want, now)
	if err != nil {
		return nil, 0, err
	}
	return batch, 0, w.lease(batch, rows, now.Add(want.Lease))
}

// choose returns the mails of a batch: the first, and what may go with it.
func (w *writer) choose(first head, lanes int, want queue.Want, now time.Time) ([]*mailRow, error) {
	if first.probe || first.alone {
		return collect(background, w, scanMail, "SELECT "+mailColumns+" FROM mailhost_mail WHERE seq = ?", first.seq)
	}
	var chosen []*mailRow
	limit, size := max(1, want.Mails), 0
	for lane := first.lane; lane < lanes && len(chosen) < limit; lane++ {
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
