package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// Shape counts pending recipients by domain and age: see [queue.Store].
func (s *Store) Shape(ctx context.Context, state queue.State, most int) (shape *queue.Shape, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		shape, err = readShape(ctx, tx, state, most, time.Now().UnixMicro())
		return err
	})
	return shape, err
}

func readShape(ctx context.Context, tx *sql.Tx, state queue.State, most int, now int64) (*queue.Shape, error) {
	where, args := shapeCondition(state, now)
	shape := &queue.Shape{}
	var count queue.ShapeCount
	seen := int64(0)
	_, err := collect(ctx, tx, func(rows *sql.Rows) (none struct{}, err error) {
		var seq, queued int64
		var address sql.NullString // NULL where none is pending
		if err := rows.Scan(&seq, &queued, &address); err != nil {
			return none, err
		}
		if seq != seen {
			seen = seq
			shape.Looked++
		}
		if address.Valid {
			count.Add(address.String, time.Duration(now-queued)*time.Microsecond, 1)
		}
		return none, nil
	}, `SELECT seq, queued, address FROM (SELECT seq, queued, due FROM mailhost_mail WHERE `+where+` ORDER BY due LIMIT ?)
		LEFT JOIN mailhost_recipient ON mail = seq AND state = 0 ORDER BY due, seq`, append(args, queue.ShapeLimit+1)...)
	shape.Domains = count.Domains(most)
	shape.Whole = shape.Looked <= queue.ShapeLimit
	return shape, err
}

func shapeCondition(state queue.State, now int64) (string, []any) {
	if state == queue.AnyState {
		return "state = 1", nil
	}
	return condition(queue.Filter{State: state}, now)
}
