package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/queue"
)

// Claim takes leases: see [queue.Store]. One that finds nothing writes nothing.
// Where all that is due is just being claimed by others, it returns a nil batch
// and a wait of 0.
func (s *Store) Claim(ctx context.Context, want queue.Want) (*queue.Batch, time.Duration, error) {
	// Each round looks at what is next and then takes it, unless another was
	// faster or the route has changed in between.
	for range rounds {
		heads, now, err := s.heads(ctx, want)
		switch {
		case err != nil:
			return nil, 0, err
		case len(heads) == 0:
			return nil, -1, nil
		case heads[0].ready.After(now):
			return nil, heads[0].ready.Sub(now), nil
		}
		for _, h := range heads {
			if h.ready.After(now) {
				break
			}
			if batch, err := s.lease(ctx, h, want); batch != nil || err != nil {
				return batch, 0, err
			}
		}
	}
	return nil, 0, nil
}

const rounds = 4

// A head is the first mail of a route in a lane.
type head struct {
	route   string
	version int64
	down    bool
	ramp    int
	lane    int16
	id      string
	alone   bool      // it is to go so, or its lease has lapsed
	ready   time.Time // when it may be claimed
}

// headsQuery lists the heads in the order in which they are to be claimed: what is
// ready by lane and turn, before what will be.
const headsQuery = `
	WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now)
	SELECT now, name, version, down, ramp, lane, id, alone, ready FROM (
		SELECT clock.now, r.name, r.version, r.down, r.ramp, l.lane, m.id, m.alone OR m.leased AS alone, m.due,
			greatest(m.due, CASE WHEN r.down THEN r.probe_due END) AS ready
		FROM clock CROSS JOIN mailhost.route r CROSS JOIN (VALUES (0), (1), (2)) AS l (lane) CROSS JOIN LATERAL (
			SELECT id, alone, leased, due FROM mailhost.mail
			WHERE state = 1 AND route = r.name AND lane = l.lane ORDER BY due, id LIMIT 1) AS m
		WHERE l.lane < $1 AND NOT r.paused AND r.name <> ALL ($2::text[])
			AND NOT EXISTS (SELECT FROM mailhost.route WHERE name = '` + queue.AllRoutes + `' AND paused)
	) AS head
	ORDER BY greatest(ready, now), lane, (SELECT max(at) FROM mailhost.turn WHERE route = name) NULLS FIRST, due, id
	LIMIT 20`

func (s *Store) heads(ctx context.Context, want queue.Want) (heads []head, now time.Time, err error) {
	lanes := len(queue.Lanes)
	if want.ImmediateOnly {
		lanes = 1
	}
	var h head
	before := s.now()
	err = s.read(ctx, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows,
			[]any{&now, &h.route, &h.version, &h.down, &h.ramp, &h.lane, &h.id, &h.alone, &h.ready},
			func() error { heads = append(heads, h); return nil })
		return err
	}, headsQuery, lanes, texts(want.Skip))
	if len(heads) > 0 {
		s.clock.observe(before, now, s.now())
	}
	return heads, now, err
}

// pickedBatch locks what may go in one batch: of the route's lanes one after the
// other, up to the limits, what nobody else has locked. What is to go alone, be it
// because its lease has lapsed, is not among it.
const pickedBatch = `
	found AS MATERIALIZED (
		SELECT m.* FROM (VALUES (0), (1), (2)) AS l (lane) CROSS JOIN LATERAL (
			SELECT id, leased, lane, due, size FROM mailhost.mail
			WHERE state = 1 AND route = @route AND lane = l.lane AND due <= (SELECT now FROM clock)
				AND NOT alone AND NOT leased
			ORDER BY due, id LIMIT @mails::int8 FOR UPDATE SKIP LOCKED) AS m
		WHERE l.lane BETWEEN @lane AND @last
			AND EXISTS (SELECT FROM mailhost.route WHERE name = @route AND version = @version AND NOT paused AND NOT down)
		ORDER BY l.lane LIMIT @mails::int8),
	picked AS MATERIALIZED (
		SELECT * FROM (
			SELECT *, sum(size) OVER turn - size AS bytes, row_number() OVER turn AS place
			FROM found WINDOW turn AS (ORDER BY lane, due, id)) AS f
		WHERE bytes < @bytes::int8 OR place = 1),`

// pickedOne locks one mail, a probe or one to go alone, and first its route, so
// that no other becomes its probe.
const pickedOne = `
	up AS MATERIALIZED (
		SELECT name FROM mailhost.route WHERE name = @route AND version = @version AND NOT paused
			AND (NOT down OR probe_due <= (SELECT now FROM clock)) FOR UPDATE),
	picked AS MATERIALIZED (
		SELECT id, leased, lane, due, 1 AS place FROM mailhost.mail
		WHERE id = @id AND state = 1 AND due <= (SELECT now FROM clock) AND EXISTS (SELECT FROM up)
		FOR UPDATE SKIP LOCKED),`

// leaseQuery leases what was picked.
const leaseQuery = `
	leased AS (
		UPDATE mailhost.mail m SET leased = true, due = clock.now + @lease::bigint * interval '1 microsecond', awaits = false,
			fence = m.fence + 1, attempts = m.attempts + m.leased::int, doubts = m.doubts + m.leased::int
		FROM picked, clock WHERE m.id = picked.id
		RETURNING ` + mailColumns + `, picked.leased AS lapsed, picked.place),
	probe AS (
		UPDATE mailhost.route r SET probe_due = clock.now + @lease::int8 * interval '1 microsecond',
			probe_mail = leased.id, probe_fence = leased.fence, version = version + 1
		FROM leased, clock WHERE @probe::bool AND r.name = @route AND r.down),
	remembered AS (
		INSERT INTO mailhost.attempt (mail, number, at, recipients, delivered, outcome, text)
		SELECT id, attempts, now, (SELECT count(*) FROM mailhost.recipient WHERE mail = id AND state = 0), 0, @outcome::int2, @text
		FROM leased, clock WHERE lapsed),
	forgotten AS (
		DELETE FROM mailhost.attempt a USING leased l
		WHERE l.lapsed AND l.attempts > @history::int4 AND a.mail = l.id AND a.number <= (
			SELECT number FROM mailhost.attempt WHERE mail = l.id ORDER BY number DESC OFFSET @history::int4 - 1 LIMIT 1)),
	taken AS (
		INSERT INTO mailhost.turn (route, node, at)
		SELECT @route, @node::int8, now FROM clock WHERE EXISTS (SELECT FROM leased)
		ON CONFLICT (route, node) DO UPDATE SET at = excluded.at)
	SELECT clock.now, m.lapsed, b.data, r.*, ` + mailColumns + `
	FROM clock CROSS JOIN leased m LEFT JOIN mailhost.body b ON b.mail = m.id CROSS JOIN LATERAL (
		SELECT ` + recipientArrays + ` FROM mailhost.recipient WHERE mail = m.id AND state = 0) AS r
	ORDER BY m.place`

// clockAndDurable begins a query that writes.
const clockAndDurable = `WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now, ` + durable + ` AS durable),`

// lease takes the leases of a batch that begins with the head, or returns nil.
func (s *Store) lease(ctx context.Context, h head, want queue.Want) (*queue.Batch, error) {
	batch := &queue.Batch{Route: h.route, Probe: h.down}
	mails, query := max(1, want.Mails), clockAndDurable+pickedBatch+leaseQuery
	switch {
	case h.down || h.alone:
		query = clockAndDurable + pickedOne + leaseQuery
	case h.ramp > 0:
		batch.Ramp = h.ramp
		mails = min(mails, h.ramp)
	}
	last := len(queue.Lanes) - 1
	if want.ImmediateOnly {
		last = 0
	}
	lapsed := queue.LapsedAttempt(0, time.Time{}).Report
	err := s.query(ctx, func(rows pgx.Rows) (err error) {
		batch.Mails, batch.Now, err = scanClaimed(rows)
		return err
	}, query, pgx.NamedArgs{
		"route": h.route, "version": h.version, "lane": h.lane, "last": last, "id": h.id,
		"mails": mails, "bytes": want.Bytes, "lease": micro(want.Lease), "probe": h.down, "node": s.node,
		"outcome": int(lapsed.Outcome), "text": lapsed.Text, "history": queue.HistoryLength,
	})
	if err != nil || len(batch.Mails) == 0 {
		return nil, err
	}
	return batch, nil
}

func scanClaimed(rows pgx.Rows) (claimed []queue.Claimed, now time.Time, err error) {
	for rows.Next() {
		var (
			row        mailRow
			data       []byte
			lapsed     bool
			recipients recipientColumns
		)
		fields := append([]any{&now, &lapsed, &data}, recipients.fields()...)
		if err := rows.Scan(append(fields, row.fields()...)...); err != nil {
			return nil, now, err
		}
		claimed = append(claimed, row.claimed(data, lapsed, recipients.recipients()))
	}
	return claimed, now.UTC(), rows.Err()
}

// claimed returns the mail of a row that has been leased, with what of it cannot be
// decoded in its Err.
func (r *mailRow) claimed(data []byte, lapsed bool, pending []queue.Recipient) queue.Claimed {
	c := queue.Claimed{
		Lease: queue.Lease{ID: r.id, Fence: r.fence}, Pending: pending,
		Attempts: r.attempts, Queued: r.queued.UTC(), Lapsed: lapsed,
	}
	c.Mail, c.Err = r.mail()
	c.Mail.Data = data
	for _, p := range pending {
		c.Mail.To = append(c.Mail.To, p.To)
	}
	if len(pending) == 0 || len(data) != r.size {
		c.Err = errors.Join(c.Err, fmt.Errorf("queue/postgres: mail %s has %d pending recipients and %d of its %d bytes",
			r.id, len(pending), len(data), r.size))
	}
	return c
}
