package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// Totals returns what can be said of all mail: see [queue.Store]. It takes some
// tenths of a second for a million.
func (s *Store) Totals(ctx context.Context) (*queue.Totals, error) {
	now := time.Now()
	totals := &queue.Totals{Now: now}
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		if totals.Queues, err = queueTotals(ctx, tx, now.UnixMicro()); err != nil {
			return err
		}
		if totals.Waiting, err = waiting(ctx, tx, now.UnixMicro()); err != nil {
			return err
		}
		if totals.Minutes, err = minutes(ctx, tx, now.Add(-day).UnixMicro()); err != nil {
			return err
		}
		totals.Mailers, err = mailers(ctx, tx, now.UnixMicro())
		return err
	})
	if err != nil {
		return nil, err
	}
	return totals, nil
}

// A laneTotal is how much of a stored state stands in one lane.
type laneTotal struct {
	count, deferred   int
	oldest, oldestDue sql.NullInt64 // of all, and of what is deferred
}

// totalsQuery makes one pass over mailhost_mail_list, which is in the order of
// the groups.
const totalsQuery = `SELECT state, count(*),
	sum(lane = 0), sum(lane = 0 AND d), min(iif(lane = 0 AND NOT d, queued, NULL)), min(iif(lane = 0 AND d, queued, NULL)),
	sum(lane = 1), sum(lane = 1 AND d), min(iif(lane = 1 AND NOT d, queued, NULL)), min(iif(lane = 1 AND d, queued, NULL)),
	sum(lane = 2), sum(lane = 2 AND d), min(iif(lane = 2 AND NOT d, queued, NULL)), min(iif(lane = 2 AND d, queued, NULL))
	FROM (SELECT state, lane, queued, state = 1 AND NOT leased AND due > ? AS d FROM mailhost_mail)
	GROUP BY state ORDER BY state`

func queueTotals(ctx context.Context, tx *sql.Tx, now int64) ([]queue.Total, error) {
	var outgoing, deferred, others []queue.Total
	_, err := collect(ctx, tx, func(rows *sql.Rows) (n int, err error) {
		var (
			state queue.State
			lanes [len(queue.Lanes)]laneTotal
		)
		to := []any{&state, &n}
		for i := range lanes {
			to = append(to, &lanes[i].count, &lanes[i].deferred, &lanes[i].oldest, &lanes[i].oldestDue)
		}
		err = rows.Scan(to...)
		for i, lane := range lanes {
			settled := &others
			if state == queue.Outgoing {
				settled = &outgoing
			}
			addTotal(settled, state, i, lane.count-lane.deferred, lane.oldest)
			addTotal(&deferred, queue.Deferred, i, lane.deferred, lane.oldestDue)
		}
		return n, err
	}, totalsQuery, now)
	return append(append(outgoing, deferred...), others...), err
}

func addTotal(to *[]queue.Total, state queue.State, lane, count int, oldest sql.NullInt64) {
	if count > 0 {
		*to = append(*to, queue.Total{State: state, Lane: queue.Lanes[lane], Count: count, Oldest: fromMicro(oldest.Int64)})
	}
}

// waitingQuery looks at the first mail of each route in each lane.
const waitingQuery = `
	WITH lane (place) AS (VALUES (0), (1), (2))
	SELECT min((SELECT due FROM mailhost_mail WHERE state = 1 AND lane = l.place AND route = r.name ORDER BY due, id LIMIT 1))
	FROM mailhost_route r CROSS JOIN lane l
	WHERE NOT r.down AND NOT r.paused
		AND NOT EXISTS (SELECT 1 FROM mailhost_route WHERE name = '` + queue.AllRoutes + `' AND paused)`

// waiting returns how long the mail that could have been claimed first has waited
// for that. What is leased is due when its lease lapses.
func waiting(ctx context.Context, tx *sql.Tx, now int64) (time.Duration, error) {
	var first sql.NullInt64
	if err := tx.QueryRowContext(ctx, waitingQuery).Scan(&first); err != nil || !first.Valid {
		return 0, err
	}
	return max(0, time.Duration(now-first.Int64)*time.Microsecond), nil
}

func minutes(ctx context.Context, tx *sql.Tx, since int64) ([]queue.Minute, error) {
	return collect(ctx, tx, func(rows *sql.Rows) (m queue.Minute, err error) {
		var at int64
		err = rows.Scan(&at, &m.In, &m.Out, &m.Deferred, &m.Failed)
		m.At = fromMicro(at)
		return m, err
	}, "SELECT at, queued, sent, deferred, failed FROM mailhost_minute WHERE at > ? ORDER BY at", since)
}
