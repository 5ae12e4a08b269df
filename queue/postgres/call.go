package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/go-mailhost/mailhost/queue"
)

// ErrUnknown is wrapped by the error of a call of which it is not known whether
// it was done: the connection was lost, or the server did not answer in time,
// after it had been asked. An Insert may be called again with the same mails: what
// was stored is not stored twice. An error of an Insert that does not wrap it says
// that nothing was stored.
var ErrUnknown = queue.ErrUnknown

// describe is how all statements are sent: in one round trip, once a connection
// knows the types of a statement's arguments and results, and without keeping
// anything in the session, which PgBouncer in transaction mode does not give us.
const describe = pgx.QueryExecModeCacheDescribe

// attempts is how often a statement is tried that did not come through.
const attempts = 5

// query runs one statement and hands its rows to read. A statement that the
// server has broken off because of others, or that was not sent, is tried again.
func (s *Store) query(ctx context.Context, read func(rows pgx.Rows) error, query string, args ...any) error {
	args = append([]any{describe}, args...)
	return s.call(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, s.sql(query), args...)
		if err == nil {
			err = read(rows)
			rows.Close()
			err = errors.Join(err, rows.Err())
		}
		return err
	})
}

// exec is query for a statement of whose rows nothing is wanted.
func (s *Store) exec(ctx context.Context, query string, args ...any) error {
	return s.query(ctx, func(pgx.Rows) error { return nil }, query, args...)
}

// call runs do on a connection, again where that is safe. The caller's context
// counts until a connection is there: what has been sent is carried through, for
// as long as Options.Timeout says, because it cannot be called back.
func (s *Store) call(ctx context.Context, do func(ctx context.Context, conn *pgx.Conn) error) error {
	for attempt := 1; ; attempt++ {
		err := s.callOnce(ctx, do)
		if err == nil {
			return nil
		}
		if attempt == attempts || !again(err) || ctx.Err() != nil {
			return fmt.Errorf("queue/postgres: %w", err)
		}
		pause(ctx, time.Duration(attempt)*5*time.Millisecond)
	}
}

func (s *Store) callOnce(ctx context.Context, do func(ctx context.Context, conn *pgx.Conn) error) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	s.calls.RLock()
	defer s.calls.RUnlock()
	if s.closed.Err() != nil {
		return errors.New("the store is closed")
	}
	conn, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	sent, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.Timeout)
	defer cancel()
	err = do(sent, conn.Conn())
	if err != nil && !pgconn.SafeToRetry(err) && !refused(err) {
		err = fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return err
}

func (s *Store) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	return s.pool.Acquire(ctx)
}

// refused tells whether the server said that it did not do what it was asked. One
// that is shutting down says so too, but may have done it.
func refused(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.SeverityUnlocalized == "ERROR"
}

// again tells whether what failed may simply be tried again.
func again(err error) bool {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		switch e.Code {
		case "40P01", "40001", "55P03": // deadlock, serialization, lock timeout
			return true
		}
		return false
	}
	return pgconn.SafeToRetry(err)
}

// pause returns after d, or when ctx has ended.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// micro is a duration as the queries take it.
func micro(d time.Duration) int64 { return d.Microseconds() }
