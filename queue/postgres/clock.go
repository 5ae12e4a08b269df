package postgres

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// clockKept is for how long a measurement of the clocks' difference is good where
// a later one is less exact.
const clockKept = 10 * time.Second

// A clock knows by how much the database's clock is ahead of the node's.
type clock struct {
	mu     sync.Mutex
	ahead  time.Duration
	within time.Duration // how far off that may be
	at     time.Time
}

// observe takes in that the database's clock said so between two instants of the
// node's.
func (c *clock) observe(before, database, after time.Time) {
	within := after.Sub(before) / 2
	c.mu.Lock()
	defer c.mu.Unlock()
	if age := after.Sub(c.at); within > c.within && age >= 0 && age < clockKept {
		return
	}
	c.ahead, c.within, c.at = database.Sub(before.Add(within)), within, after
}

// shift returns what is to be added to an instant of the node's clock to get that
// of the database's: nothing, where the two could be the same.
func (c *clock) shift() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ahead.Abs() <= c.within {
		return 0
	}
	return c.ahead
}

// stale tells whether the difference should be measured again.
func (c *clock) stale(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	age := now.Sub(c.at)
	return age < 0 || age > 6*clockKept
}

// measureClock asks the database for its time, thrice, for the first answer of a
// connection takes longer.
func (s *Store) measureClock(ctx context.Context) error {
	for range 3 {
		before := s.now()
		var database time.Time
		err := s.query(ctx, func(rows pgx.Rows) error {
			_, err := pgx.ForEachRow(rows, []any{&database}, func() error { return nil })
			return err
		}, "SELECT clock_timestamp()")
		if err != nil {
			return err
		}
		s.clock.observe(before, database, s.now())
	}
	return nil
}
