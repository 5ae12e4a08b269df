package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/queue"
)

// Insert stores mails: see [queue.Store]. Calls that wait at the same time share
// a transaction; the mail of one cannot spoil that of another. Where the outcome
// is unknown it is tried again, until it is known or nothing helps: then the
// error wraps [ErrUnknown], and the Insert may be repeated within an hour.
func (s *Store) Insert(ctx context.Context, mails []*queue.Mail) error {
	r := &request{ctx: ctx, mails: mails, done: make(chan struct{})}
	for _, m := range mails {
		if err := storable(m); err != nil {
			return err
		}
		r.bytes += len(m.Data)
	}
	if len(mails) == 0 || ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if s.clock.stale(s.now()) {
		if err := s.measureClock(ctx); err != nil {
			return err
		}
	}
	if err := s.inserts.do(r); err != nil {
		return err
	}
	s.wake(mails)
	return nil
}

// insertGroup stores the mails of a group, together, or one request by itself
// after the other where the server refuses them together.
func (s *Store) insertGroup(group []*request) {
	var mails []*queue.Mail
	for _, r := range group {
		mails = append(mails, r.mails...)
	}
	err := s.insert(mails)
	if err == nil || len(group) == 1 {
		for _, r := range group {
			r.err = err
		}
		return
	}
	for _, r := range group {
		r.err = err
		if !errors.Is(err, ErrUnknown) {
			r.err = s.insert(r.mails)
		}
	}
}

// insert stores the mails and sets their Duplicate.
func (s *Store) insert(mails []*queue.Mail) (err error) {
	columns, err := s.columns(mails)
	if err != nil {
		return err
	}
	writer := s.writers.take()
	defer s.writers.release(writer)
	duplicates, err := s.insertUntilKnown(columns, writer)
	for _, m := range mails {
		m.Duplicate = slices.Contains(duplicates, m.ID)
	}
	return err
}

// insertUntilKnown repeats an insert of unknown outcome for as long as a statement
// may take.
func (s *Store) insertUntilKnown(c *columns, writer int) (duplicates []string, err error) {
	start, unknown := time.Now(), false
	for attempt := 1; ; attempt++ {
		duplicates, err = s.insertOnce(c, writer)
		if err == nil || !errors.Is(err, ErrUnknown) && !unknown {
			return duplicates, err
		}
		if unknown = true; attempt == attempts || time.Since(start) > s.options.Timeout {
			break
		}
		pause(s.closed, time.Duration(attempt)*50*time.Millisecond)
	}
	if !errors.Is(err, ErrUnknown) { // of the last attempt it is known, but not of one before
		err = fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return nil, err
}

// A columns value holds mails by the columns of their tables.
type columns struct {
	ids, identities, routes, senders, keys, subjects, transactions []string
	lanes                                                          []int16
	once                                                           []bool
	sizes                                                          []int32
	due, expires                                                   []time.Time
	metas, bodies                                                  [][]byte
	mails, addresses                                               []string // of recipients
	places                                                         []int32
}

// columns returns each mail once, ordered so that no two transactions wait for each
// other, and a mail before its later duplicates.
func (s *Store) columns(mails []*queue.Mail) (*columns, error) {
	type keyed struct {
		*queue.Mail
		identity string
	}
	all := make([]keyed, 0, len(mails))
	seen := make(map[string]bool, len(mails))
	for _, m := range mails {
		if !seen[m.ID] {
			seen[m.ID] = true
			all = append(all, keyed{m, m.Identity()})
		}
	}
	slices.SortStableFunc(all, func(a, b keyed) int { return cmp.Compare(a.identity, b.identity) })
	c, shift := &columns{}, s.clock.shift()
	for _, m := range all {
		meta, err := encodeMeta(m.Meta)
		if err != nil {
			return nil, err
		}
		c.metas = append(c.metas, meta)
		c.identities = append(c.identities, m.identity)
		c.add(m.Mail, shift)
	}
	return c, nil
}

func (c *columns) add(m *queue.Mail, shift time.Duration) {
	c.ids = append(c.ids, m.ID)
	c.routes = append(c.routes, m.Route)
	c.senders = append(c.senders, m.From)
	c.keys = append(c.keys, text(m.Key))
	c.subjects = append(c.subjects, text(m.Subject))
	c.transactions = append(c.transactions, text(m.Transaction))
	c.lanes = append(c.lanes, int16(slices.Index(queue.Lanes[:], m.Lane)))
	c.once = append(c.once, m.Once)
	c.sizes = append(c.sizes, int32(len(m.Data)))
	c.due = append(c.due, m.NotBefore.Add(shift))
	c.expires = append(c.expires, m.Expires.Add(shift))
	data := m.Data
	if data == nil {
		data = []byte{} // not NULL
	}
	c.bodies = append(c.bodies, data)
	for place, to := range m.To {
		c.mails = append(c.mails, m.ID)
		c.places = append(c.places, int32(place))
		c.addresses = append(c.addresses, to)
	}
}

// durable makes the commit of the transaction that runs it wait for the disk, and
// for the synchronous standbys where there are any, whatever the connection's
// default is; what waits for more is left as it is.
const durable = `set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') = 'remote_apply'
		THEN 'remote_apply' ELSE 'on' END, true)`

// insertQuery stores what is not there. The identities come first: of two
// transactions with the same, the second waits there for the first.
const insertQuery = `
	WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now, ` + durable + ` AS durable),
	input AS MATERIALIZED (
		SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int2[], $8::bool[],
			$9::int4[], $10::timestamptz[], $11::timestamptz[], $12::jsonb[], $13::bytea[], $19::text[]) WITH ORDINALITY
		AS i (id, identity, route, sender, key, subject, lane, once, size, due, expires, meta, data, transaction, ordinal)),
	fresh AS MATERIALIZED (
		SELECT * FROM input i WHERE NOT EXISTS (SELECT FROM mailhost.mail WHERE mail.id = i.id)
			AND NOT EXISTS (SELECT FROM mailhost.gone WHERE gone.mail = i.id)),
	known AS (
		INSERT INTO mailhost.identity (identity, mail, inserted)
		SELECT f.identity, f.id, clock.now FROM fresh f, clock WHERE f.identity <> '' ORDER BY f.ordinal
		ON CONFLICT DO NOTHING RETURNING mail),
	stored AS (
		INSERT INTO mailhost.mail (id, route, sender, key, subject, lane, once, size, due, not_before, expires, meta, transaction,
			queued)
		SELECT f.id, f.route, f.sender, f.key, f.subject, f.lane, f.once, f.size, f.due, f.due, f.expires, f.meta,
			f.transaction, clock.now
		FROM fresh f, clock WHERE f.identity = '' OR f.id IN (SELECT mail FROM known)
		ORDER BY f.id ON CONFLICT DO NOTHING RETURNING id),
	bodies AS (
		INSERT INTO mailhost.body (mail, data) SELECT id, data FROM stored JOIN input USING (id)),
	recipients AS (
		INSERT INTO mailhost.recipient (mail, place, address)
		SELECT r.mail, r.place, r.address FROM stored
		JOIN unnest($14::text[], $15::int4[], $16::text[]) AS r (mail, place, address) ON r.mail = stored.id),
	routes AS (
		INSERT INTO mailhost.route (name)
		SELECT DISTINCT route FROM stored JOIN input i USING (id)
		WHERE NOT EXISTS (SELECT FROM mailhost.route WHERE name = i.route) ORDER BY 1
		ON CONFLICT DO NOTHING),
	counted AS (
		INSERT INTO mailhost.minute AS m (at, node, writer, came)
		SELECT date_trunc('minute', now, 'UTC'), $17, $18, n FROM clock, (SELECT count(*) AS n FROM stored) AS s WHERE n > 0
		ON CONFLICT (at, node, writer) DO UPDATE SET came = m.came + excluded.came)
	SELECT now, durable, ARRAY(SELECT id FROM input WHERE identity <> '' AND id NOT IN (SELECT id FROM stored)) FROM clock`

// missingQuery tells which mails are not stored: of those that insertQuery did not
// store, the duplicates. It is a statement of its own because one does not see
// what others committed while it waited for them.
const missingQuery = `
	SELECT i.id FROM unnest($1::text[]) AS i (id) WHERE NOT EXISTS (SELECT FROM mailhost.mail WHERE mail.id = i.id)
		AND NOT EXISTS (SELECT FROM mailhost.gone WHERE gone.mail = i.id)`

// insertOnce is one transaction, and one round trip but for mail whose key is known.
// It returns the ids of duplicates.
func (s *Store) insertOnce(c *columns, writer int) (duplicates []string, err error) {
	var (
		before   = s.now()
		now      time.Time
		mode     string
		doubtful []string
	)
	err = s.query(context.Background(), func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&now, &mode, &doubtful}, func() error { return nil })
		return err
	}, insertQuery, c.args(s.node, writer)...)
	if err != nil {
		return nil, err
	}
	s.clock.observe(before, now, s.now())
	if len(doubtful) == 0 {
		return nil, nil
	}
	err = s.query(context.Background(), func(rows pgx.Rows) (err error) {
		duplicates, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}, missingQuery, doubtful)
	return duplicates, err
}

// args returns insertQuery's arguments. No two transactions that are under way may
// have the same node and writer.
func (c *columns) args(node int64, writer int) []any {
	return []any{c.ids, c.identities, c.routes, c.senders, c.keys, c.subjects, c.lanes, c.once,
		c.sizes, c.due, c.expires, c.metas, c.bodies, c.mails, c.places, c.addresses, node, writer, c.transactions}
}
