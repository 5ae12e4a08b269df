package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// A shapeBound is how many mails a Shape looks at, and how many recipients it counts
// before it looks at no further mail: a mail may have 100,000.
type shapeBound struct{ mails, recipients int }

// Shape counts pending recipients by domain and age: see [queue.Store]. It takes some
// tenths of a second for 100,000 mails. Once it has counted 200,000 recipients it looks
// at no further mail.
func (s *Store) Shape(ctx context.Context, state queue.State, most int) (*queue.Shape, error) {
	return s.shape(ctx, state, most, shapeBound{queue.ShapeLimit, 200_000})
}

func (s *Store) shape(ctx context.Context, state queue.State, most int, bound shapeBound) (*queue.Shape, error) {
	c := &shapeCount{now: time.Now().UnixMicro(), bound: bound}
	err := s.read(ctx, func(tx *sql.Tx) error {
		query, args := shapeQuery(state, c.now, bound.mails+1)
		_, err := collect(ctx, tx, c.scan, query, args...)
		if errors.Is(err, errEnough) {
			return nil
		}
		c.whole = err == nil
		return err
	})
	if err != nil {
		return nil, err
	}
	return &queue.Shape{Domains: c.count.Domains(most), Looked: c.looked, Whole: c.whole}, nil
}

// shapeQuery lists recipients of so many mails that are due first, those of a mail
// together, as SQLite goes through the mails one by one. A mail that has no pending ones
// gives a row of its own.
func shapeQuery(state queue.State, now int64, mails int) (string, []any) {
	where, args := "state = 1", []any(nil)
	if state != queue.AnyState {
		where, args = condition(queue.Filter{State: state}, now)
	}
	return `SELECT seq, queued, address
		FROM (SELECT seq, queued FROM mailhost_mail WHERE ` + where + ` ORDER BY due LIMIT ?)
		LEFT JOIN mailhost_recipient r ON r.mail = seq AND r.state = 0`, append(args, mails)
}

// A shapeCount counts the rows of shapeQuery.
type shapeCount struct {
	bound      shapeBound
	count      queue.ShapeCount
	now        int64
	seq        int64 // of the mail whose rows come
	looked     int
	recipients int
	whole      bool
}

var errEnough = errors.New("enough was looked at")

func (c *shapeCount) scan(rows *sql.Rows) (none struct{}, err error) {
	var seq, queued int64
	var address sql.NullString
	if err := rows.Scan(&seq, &queued, &address); err != nil {
		return none, err
	}
	if c.looked == 0 || seq != c.seq {
		if c.looked == c.bound.mails || c.recipients >= c.bound.recipients {
			return none, errEnough
		}
		c.seq = seq
		c.looked++
	}
	if address.Valid {
		c.recipients++
		c.count.Add(address.String, time.Duration(c.now-queued)*time.Microsecond, 1)
	}
	return none, nil
}
