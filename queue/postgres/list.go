package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/queue"
)

// clockOnly begins a query that reads.
const clockOnly = `WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now)`

func scanEntry(row pgx.CollectableRow) (queue.Entry, error) {
	var (
		now   time.Time
		to    *string
		count int
		mail  mailRow
	)
	err := row.Scan(append([]any{&now, &to, &count}, mail.fields()...)...)
	entry := mail.entry(now)
	entry.Recipients = count
	if to != nil {
		entry.To = *to
	}
	return entry, err
}

// Count counts by queue: see [queue.Store]. It reads all mail that matches.
func (s *Store) Count(ctx context.Context, filter queue.Filter) (map[queue.State]int, error) {
	where, counts := matching(filter), map[queue.State]int{}
	var state, n int
	err := s.read(ctx, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&state, &n}, func() error {
			counts[queue.State(state)] = n
			return nil
		})
		return err
	}, clockOnly+` SELECT `+standing+`, count(*) FROM mailhost.mail m, clock WHERE `+where.String()+` GROUP BY 1`, where.args)
	if err != nil {
		return nil, err
	}
	return counts, nil
}

// standing is the queue in which a mail stands: 2 is queue.Deferred.
const standing = `CASE WHEN m.state = 1 AND NOT m.leased AND m.due > clock.now THEN 2 ELSE m.state END`
