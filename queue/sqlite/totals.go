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

// pendingTotals counts what is outgoing or deferred, in one pass over
// mailhost_mail_due, which is in the order of the groups.
const pendingTotals = `SELECT lane, count(*) - sum(later), min(iif(later, NULL, queued)), sum(later), min(iif(later, queued, NULL))
	FROM (SELECT lane, queued, NOT leased AND due > ? AS later FROM mailhost_mail INDEXED BY mailhost_mail_due WHERE state = 1)
	GROUP BY lane`

// otherTotals counts the rest, in one pass over a part of mailhost_mail_list.
const otherTotals = `SELECT state, sum(lane = 0), min(iif(lane = 0, queued, NULL)),
	sum(lane = 1), min(iif(lane = 1, queued, NULL)), sum(lane = 2), min(iif(lane = 2, queued, NULL))
	FROM mailhost_mail INDEXED BY mailhost_mail_list WHERE state > 1 GROUP BY state`

// queueTotals counts by queue and lane, in their order.
func queueTotals(ctx context.Context, tx *sql.Tx, now int64) ([]queue.Total, error) {
	var outgoing, deferred, others []queue.Total
	_, err := collect(ctx, tx, func(rows *sql.Rows) (lane int, err error) {
		var due, later laneTotal
		err = rows.Scan(&lane, &due.count, &due.oldest, &later.count, &later.oldest)
		outgoing = due.add(outgoing, queue.Outgoing, lane)
		deferred = later.add(deferred, queue.Deferred, lane)
		return lane, err
	}, pendingTotals, now)
	if err != nil {
		return nil, err
	}
	_, err = collect(ctx, tx, func(rows *sql.Rows) (state queue.State, err error) {
		var lanes [len(queue.Lanes)]laneTotal
		to := []any{small[queue.State]{&state}}
		for i := range lanes {
			to = append(to, &lanes[i].count, &lanes[i].oldest)
		}
		err = rows.Scan(to...)
		for i, lane := range lanes {
			if !isState(state) {
				break
			}
			others = lane.add(others, state, i)
		}
		return state, err
	}, otherTotals)
	return append(append(outgoing, deferred...), others...), err
}

// A laneTotal is how much stands in one lane of a queue.
type laneTotal struct {
	count  int
	oldest sql.NullInt64
}

func (t laneTotal) add(to []queue.Total, state queue.State, lane int) []queue.Total {
	if t.count == 0 || lane < 0 || lane >= len(queue.Lanes) { // of a row that cannot be decoded
		return to
	}
	return append(to, queue.Total{State: state, Lane: queue.Lanes[lane], Count: t.count, Oldest: fromMicro(t.oldest.Int64)})
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
