package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// Routes returns the state of the routes: see [queue.Store].
func (s *Store) Routes(ctx context.Context) (routes []queue.Route, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		now := time.Now().UnixMicro()
		routes, err = collect(ctx, tx, func(rows *sql.Rows) (r queue.Route, err error) {
			var since, probeDue int64
			err = rows.Scan(&r.Name, &r.Paused, &r.Down, &since, &r.Failures, &r.Alarm, &r.LastError, &probeDue, &r.Ramp, &r.Version)
			if r.Down {
				r.ProbeIn = max(0, time.Duration(probeDue-now)*time.Microsecond)
			}
			if since != 0 {
				r.Since = fromMicro(since)
			}
			return r, err
		}, `SELECT name, paused, down, since, failures, alarm, last_error, probe_due, ramp, version
			FROM mailhost_route ORDER BY name`)
		return err
	})
	return routes, err
}

// SetRoute stores a route's state: see [queue.Store].
func (s *Store) SetRoute(ctx context.Context, route queue.Route) (set bool, err error) {
	err = s.write(ctx, func(w *writer) (err error) {
		set, err = w.setRoute(route, time.Now())
		return err
	})
	return set && err == nil, err
}

func (w *writer) setRoute(route queue.Route, now time.Time) (bool, error) {
	var since int64
	if !route.Since.IsZero() {
		since = route.Since.UnixMicro()
	}
	n, err := w.change(setRoute, route.Name, route.Down, since, route.Failures, route.Alarm, route.LastError,
		now.Add(route.ProbeIn).UnixMicro(), route.Version, route.Paused, route.Ramp)
	if err != nil || n == 0 {
		return false, err
	}
	if !route.Down {
		_, err = w.exec(wakeRoute, now.UnixMicro(), route.Name)
	}
	return true, err
}

// setRoute writes where the version is the one that was read, 0 for a route
// that is not there.
const setRoute = `
	INSERT INTO mailhost_route (name, down, since, failures, alarm, last_error, probe_due, paused, ramp)
	SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?9, ?10 WHERE ?8 = coalesce((SELECT version FROM mailhost_route WHERE name = ?1), 0)
	ON CONFLICT (name) DO UPDATE SET down = ?2, since = ?3, failures = ?4, alarm = ?5, last_error = ?6, probe_due = ?7,
		paused = ?9, ramp = ?10, probe_mail = iif(paused = ?9, '', probe_mail), probe_fence = iif(paused = ?9, 0, probe_fence), version = version + 1`

// wakeRoute makes due what awaits the route.
const wakeRoute = `UPDATE mailhost_mail SET due = ?1, awaits = 0
	WHERE awaits = 1 AND route = ?2 AND state = 1 AND NOT leased AND due > ?1`
