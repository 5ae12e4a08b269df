package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/queue"
)

// shapeQuery counts by domain and by which of the ages in @ages the mails are past,
// with the age of the newest of them.
const shapeQuery = clockOnly + `,
	due AS MATERIALIZED (
		SELECT m.id, m.queued, m.due FROM mailhost.mail m, clock WHERE %filter% ORDER BY m.due, m.id LIMIT @limit::int + 1),
	looked AS MATERIALIZED (SELECT id, queued FROM due ORDER BY due, id LIMIT @limit::int),
	counted AS MATERIALIZED (
		SELECT max(l.queued) AS newest, reverse(split_part(reverse(r.address), '@', 1)) AS domain, count(*) AS n
		FROM clock, looked l JOIN mailhost.recipient r ON r.mail = l.id AND r.state = 0
		GROUP BY 2, width_bucket((extract(epoch FROM clock.now - l.queued) * 1000000)::int8, @ages::int8[]))
	SELECT (SELECT count(*) FROM due), clock.now, newest, domain, n FROM clock LEFT JOIN counted ON true`

// Shape counts pending recipients by domain and age: see [queue.Store].
func (s *Store) Shape(ctx context.Context, state queue.State, most int) (*queue.Shape, error) {
	where := matching(queue.Filter{State: state})
	if state == queue.AnyState {
		where.parts = append(where.parts, "m.state = 1")
	}
	ages := make([]int64, len(queue.ShapeAges))
	for i, age := range queue.ShapeAges {
		ages[i] = micro(age) + 1 // a bucket begins with its bound, and an age ends with it
	}
	where.args["ages"], where.args["limit"] = ages, queue.ShapeLimit
	var looked int
	var count queue.ShapeCount
	err := s.read(ctx, func(rows pgx.Rows) error {
		var now time.Time
		var newest *time.Time
		var domain *string
		var n *int
		_, err := pgx.ForEachRow(rows, []any{&looked, &now, &newest, &domain, &n}, func() error {
			if domain != nil {
				count.Add("@"+*domain, now.Sub(*newest), *n)
			}
			return nil
		})
		return err
	}, fill(shapeQuery, where.String(), ""), where.args)
	if err != nil {
		return nil, err
	}
	return &queue.Shape{
		Domains: count.Domains(most), Looked: min(looked, queue.ShapeLimit), Whole: looked <= queue.ShapeLimit,
	}, nil
}
