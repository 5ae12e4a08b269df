package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/queue"
)

// Routes returns the state of the routes: see [queue.Store].
func (s *Store) Routes(ctx context.Context) (routes []queue.Route, err error) {
	err = s.read(ctx, func(rows pgx.Rows) error {
		routes, err = pgx.CollectRows(rows, scanRoute)
		return err
	}, `SELECT clock_timestamp(), name, paused, down, since, failures, alarm, last_error, probe_due, ramp, version
		FROM mailhost.route ORDER BY name`)
	return routes, err
}

func scanRoute(row pgx.CollectableRow) (r queue.Route, err error) {
	var now, probeDue time.Time
	var since *time.Time
	err = row.Scan(&now, &r.Name, &r.Paused, &r.Down, &since, &r.Failures, &r.Alarm, &r.LastError, &probeDue, &r.Ramp, &r.Version)
	if since != nil {
		r.Since = since.UTC()
	}
	if r.Down {
		r.ProbeIn = max(0, probeDue.Sub(now))
	}
	return r, err
}

// setRouteQuery writes where the version is the one that was read, 0 for a route
// that is not there.
const setRouteQuery = `
	WITH durable AS MATERIALIZED (SELECT ` + durable + `)
	INSERT INTO mailhost.route AS r (name, paused, down, since, failures, alarm, last_error, ramp, probe_due)
	SELECT @name, @paused::bool, @down::bool, @since::timestamptz, @failures::int, @alarm::bool, @last_error::text, @ramp::int,
		clock_timestamp() + @probe_in::int8 * interval '1 microsecond'
	FROM durable WHERE @version = coalesce((SELECT version FROM mailhost.route WHERE name = @name), 0)
	ON CONFLICT (name) DO UPDATE SET paused = excluded.paused, down = excluded.down, since = excluded.since,
		failures = excluded.failures, alarm = excluded.alarm, last_error = excluded.last_error, ramp = excluded.ramp,
		probe_due = excluded.probe_due, version = r.version + 1,
		probe_mail = CASE WHEN r.paused = excluded.paused THEN '' ELSE r.probe_mail END,
		probe_fence = CASE WHEN r.paused = excluded.paused THEN 0 ELSE r.probe_fence END
	WHERE r.version = @version
	RETURNING 1`

// wakeBatch is how many mails are made due in one transaction.
const wakeBatch = 1000

// wakeQuery makes due some of the mail that awaits a route.
const wakeQuery = clockAndDurable + `
	asleep AS MATERIALIZED (
		SELECT id FROM mailhost.mail WHERE state = 1 AND awaits AND route = $1 ORDER BY id LIMIT $2 FOR UPDATE)
	UPDATE mailhost.mail m SET due = least(m.due, clock.now), awaits = false
	FROM asleep, clock WHERE m.id = asleep.id RETURNING 1`

// SetRoute stores a route's state: see [queue.Store]. What awaits the route is made
// due in batches after that: if it is broken off, what is left is due when its
// Finish said, or after the next SetRoute.
func (s *Store) SetRoute(ctx context.Context, route queue.Route) (bool, error) {
	var since *time.Time
	if !route.Since.IsZero() {
		since = &route.Since
	}
	n, err := s.count(ctx, setRouteQuery, pgx.NamedArgs{
		"name": text(route.Name), "paused": route.Paused, "down": route.Down, "since": since, "failures": route.Failures,
		"alarm": route.Alarm, "last_error": text(route.LastError), "ramp": route.Ramp, "probe_in": micro(route.ProbeIn),
		"version": route.Version,
	})
	if err != nil || n == 0 {
		return false, err
	}
	for !route.Down {
		if n, err = s.count(ctx, wakeQuery, text(route.Name), wakeBatch); err != nil || n < wakeBatch {
			break
		}
	}
	if err == nil && !route.Down && !route.Paused {
		ring(s.signals.wanted)
	}
	return err == nil, err
}

// count runs a statement and returns how many rows it returned.
func (s *Store) count(ctx context.Context, query string, args ...any) (n int, err error) {
	err = s.query(ctx, func(rows pgx.Rows) error {
		for n = 0; rows.Next(); n++ {
		}
		return nil
	}, query, args...)
	return n, err
}
