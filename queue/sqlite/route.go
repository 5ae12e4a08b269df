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
			err = rows.Scan(&r.Name, &r.Down, &since, &r.Failures, &r.Alarm, &r.LastError, &probeDue, &r.Version)
			if r.Down {
				r.ProbeIn = max(0, time.Duration(probeDue-now)*time.Microsecond)
			}
			if since != 0 {
				r.Since = fromMicro(since)
			}
			return r, err
		}, "SELECT name, down, since, failures, alarm, last_error, probe_due, version FROM route ORDER BY name")
		return err
	})
	return routes, err
}

// SetRoute stores a route's state: see [queue.Store].
func (s *Store) SetRoute(ctx context.Context, route queue.Route) (set bool, err error) {
	err = s.write(ctx, func(w *writer) error {
		var since int64
		if !route.Since.IsZero() {
			since = route.Since.UnixMicro()
		}
		result, err := w.exec(setRoute, route.Name, route.Down, since, route.Failures, route.Alarm, route.LastError,
			time.Now().Add(route.ProbeIn).UnixMicro(), route.Version)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		set = n > 0
		return err
	})
	return set && err == nil, err
}

// setRoute writes where the version is the one that was read, 0 for a route
// that is not there.
const setRoute = `
	INSERT INTO route (name, down, since, failures, alarm, last_error, probe_due)
	SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE ?8 = coalesce((SELECT version FROM route WHERE name = ?1), 0)
	ON CONFLICT (name) DO UPDATE SET down = ?2, since = ?3, failures = ?4, alarm = ?5, last_error = ?6, probe_due = ?7,
		probe_mail = '', probe_fence = 0, version = version + 1`
