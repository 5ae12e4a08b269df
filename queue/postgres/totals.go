package postgres

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/queue"
)

const queuesQuery = clockOnly + `
	SELECT ` + standing + ` AS state, m.lane, count(*), min(m.queued) FROM mailhost.mail m, clock GROUP BY 1, 2 ORDER BY 1, 2`

// waitingQuery looks at the first mail of each route in each lane.
const waitingQuery = clockOnly + `
	SELECT clock.now, min(m.due)
	FROM clock LEFT JOIN (
		SELECT h.due FROM mailhost.route r CROSS JOIN (VALUES (0), (1), (2)) AS l (lane) CROSS JOIN LATERAL (
			SELECT due FROM mailhost.mail WHERE state = 1 AND route = r.name AND lane = l.lane ORDER BY due, id LIMIT 1) AS h
		WHERE NOT r.down AND NOT r.paused
			AND NOT EXISTS (SELECT FROM mailhost.route WHERE name = '` + queue.AllRoutes + `' AND paused)) AS m ON true
	GROUP BY 1`

const minutesQuery = clockOnly + `
	SELECT at, sum(came), sum(went), sum(deferred), sum(failed) FROM mailhost.minute, clock
	WHERE at > now - interval '1 day' GROUP BY at ORDER BY at`

const beatsQuery = clockOnly + `
	SELECT now, mailer, process, tick, started, moved, sending, last_error, connections, seen FROM mailhost.heartbeat, clock ORDER BY mailer`

// Totals returns what can be said of all mail: see [queue.Store]. Counting reads all
// mail that is kept. Where that takes long, the counts by queue are those of a
// while ago: of at most 20 times as long.
func (s *Store) Totals(ctx context.Context) (totals *queue.Totals, err error) {
	totals = &queue.Totals{}
	err = s.view(ctx, func(v view) error { return v.totals(ctx, totals) })
	if err != nil {
		return nil, err
	}
	return totals, nil
}

func (v view) totals(ctx context.Context, totals *queue.Totals) (err error) {
	if totals.Queues, err = v.queues(ctx); err != nil {
		return err
	}
	var first *time.Time
	if err = v.tx.QueryRow(ctx, v.sql(waitingQuery), describe).Scan(&totals.Now, &first); err != nil {
		return err
	}
	totals.Now = totals.Now.UTC()
	if first != nil {
		totals.Waiting = max(0, totals.Now.Sub(*first))
	}
	if totals.Minutes, err = collect(ctx, v, scanMinute, minutesQuery); err != nil {
		return err
	}
	totals.Mailers, err = collect(ctx, v, scanBeat, beatsQuery)
	return err
}

func scanMinute(row pgx.CollectableRow) (m queue.Minute, err error) {
	err = row.Scan(&m.At, &m.In, &m.Out, &m.Deferred, &m.Failed)
	m.At = m.At.UTC()
	return m, err
}

func scanTotal(row pgx.CollectableRow) (t queue.Total, err error) {
	var state, lane int
	err = row.Scan(&state, &lane, &t.Count, &t.Oldest)
	t.State, t.Oldest = queue.State(state), t.Oldest.UTC()
	if lane >= 0 && lane < len(queue.Lanes) {
		t.Lane = queue.Lanes[lane]
	}
	return t, err
}

// A census is a count of all mail, which is used again while it is cheaper to be a
// little late.
type census struct {
	mu       sync.Mutex
	counting bool
	queues   []queue.Total // nil before the first that was slow
	until    time.Time     // it is good enough
}

const (
	slow = 250 * time.Millisecond // a count is made anew each time where it takes less
	rest = 20                     // counting takes a twentieth of one connection's time at most
)

// begin returns the last count where it is good enough, or a new one is under way.
func (c *census) begin(now time.Time) (queues []queue.Total, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.queues != nil && (c.counting || now.Before(c.until)) {
		return slices.Clone(c.queues), true
	}
	c.counting = true
	return nil, false
}

// end keeps a count that took long.
func (c *census) end(queues []queue.Total, took time.Duration, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counting = false
	switch {
	case queues == nil: // it failed
	case took > slow:
		c.queues, c.until = slices.Clone(queues), now.Add(rest*took)
	default:
		c.queues = nil
	}
}

func (v view) queues(ctx context.Context) ([]queue.Total, error) {
	start := time.Now()
	if queues, ok := v.census.begin(start); ok {
		return queues, nil
	}
	queues, err := collect(ctx, v, scanTotal, queuesQuery)
	now := time.Now()
	v.census.end(queues, now.Sub(start), now)
	return queues, err
}
