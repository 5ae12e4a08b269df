package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/go-mailhost/mailhost/queue"
)

// InsertTx stores mails by tx, which is a [pgx.Tx], of any pool on the store's
// database, or a *[sql.Tx] of pgx's driver for database/sql: see [queue.TxStore] and
// [queue.Queue.CommitTx].
//
//	tx, err := pool.Begin(ctx)
//	…
//	_, err = tx.Exec(ctx, "INSERT INTO orders …")
//	err = q.CommitTx(ctx, tx, mail)
//	err = tx.Commit(ctx)
//
// The transaction is made to wait at its commit for the disk, as those of the store do.
// It notifies the nodes of mail in the lane Immediate when it commits, this one too,
// where they listen. Where an error is the server's, tx cannot commit any more, as
// after any error of PostgreSQL's.
//
// Another transaction that inserts mail with the same Key, or the first mail of the
// same route, waits until tx has ended. Where tx is not READ COMMITTED, it may fail for
// such a one (SQLSTATE 40001), and is then to be repeated.
func (s *Store) InsertTx(ctx context.Context, tx any, mails []*queue.Mail) error {
	for _, m := range mails {
		if err := storable(m); err != nil {
			return err
		}
	}
	if len(mails) == 0 {
		return nil
	}
	theirs, err := newTheirs(tx)
	if err == nil {
		err = s.insertTx(ctx, theirs, mails)
	}
	if err != nil {
		return fmt.Errorf("queue/postgres: %w", err)
	}
	return nil
}

func (s *Store) insertTx(ctx context.Context, tx theirs, mails []*queue.Mail) error {
	s.calls.RLock()
	defer s.calls.RUnlock()
	if s.closed.Err() != nil {
		return errors.New("the store is closed")
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	backend, err := s.checkTx(ctx, tx)
	if err != nil {
		return err
	}
	c, err := s.columns(mails)
	if err != nil {
		return err
	}
	duplicates, err := s.insertThrough(ctx, tx, c, backend)
	if err != nil {
		return err
	}
	for _, m := range mails {
		m.Duplicate = slices.Contains(duplicates, m.ID)
	}
	if !s.wakes(mails) {
		return nil
	}
	return tx.query(ctx, nil, "SELECT pg_notify($1, $2)", s.channel(), "transaction")
}

// insertThrough is insertOnce by a transaction of the application's. It counts in a row
// of its server process, which no other transaction uses as long as this one is open.
func (s *Store) insertThrough(ctx context.Context, tx theirs, c *columns, backend int) (duplicates []string, err error) {
	var now time.Time
	var mode string
	var doubtful []string
	err = tx.query(ctx, []any{&now, &mode, &doubtful}, s.sql(insertQuery), c.args(0, backend)...)
	if err != nil || len(doubtful) == 0 {
		return nil, err
	}
	err = tx.query(ctx, []any{&duplicates}, s.sql("SELECT ARRAY("+missingQuery+")"), doubtful)
	return duplicates, err
}

// A place tells one schema of one database of one server from others, unless its files
// are a copy of the other's.
type place struct {
	system, database, table int64
}

// placeQuery tells the place too, which is 0 for a table where there is none.
const placeQuery = `SELECT clock_timestamp(), pg_backend_pid(), (SELECT system_identifier FROM pg_control_system()),
	(SELECT oid::bigint FROM pg_database WHERE datname = current_database()),
	coalesce((SELECT c.oid::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relname = 'mail'), 0)`

// checkTx checks that a transaction is on the store's database, reads its clock, and
// returns its server process.
func (s *Store) checkTx(ctx context.Context, tx theirs) (backend int, err error) {
	var now time.Time
	var theirs place
	before := s.now()
	err = tx.query(ctx, []any{&now, &backend, &theirs.system, &theirs.database, &theirs.table}, placeQuery, s.options.Schema)
	switch {
	case errors.Is(err, sql.ErrTxDone) || errors.Is(err, pgx.ErrTxClosed) || ctx.Err() != nil:
		return 0, err
	case err != nil:
		return 0, fmt.Errorf("the transaction cannot be used: begin it on the store's database, by pgx or its driver for database/sql: %w", err)
	case theirs.table == 0:
		return 0, fmt.Errorf("the transaction is on a database without the schema %q: begin it on the store's", s.options.Schema)
	}
	ours, err := s.where(ctx, theirs)
	if err != nil {
		return 0, err
	}
	if ours != theirs {
		return 0, errors.New("the transaction is on another database, which has mail of its own: begin it on the store's")
	}
	s.clock.observe(before, now, s.now())
	return backend, nil
}

// where returns the store's place. It asks for it again where it may have been moved,
// by a dump that was restored.
func (s *Store) where(ctx context.Context, guess place) (place, error) {
	if known := s.place.Load(); known != nil && *known == guess {
		return *known, nil
	}
	var now time.Time
	var backend int
	var ours place
	err := s.query(ctx, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&now, &backend, &ours.system, &ours.database, &ours.table}, func() error { return nil })
		return err
	}, placeQuery, s.options.Schema)
	if err == nil {
		s.place.Store(&ours)
	}
	return ours, err
}

// A theirs is a transaction of the application's.
type theirs interface {
	// query scans the one row of a query's result, unless into is nil.
	query(ctx context.Context, into []any, query string, args ...any) error
}

func newTheirs(tx any) (theirs, error) {
	switch tx := tx.(type) {
	case *sql.Tx:
		if tx != nil {
			return sqlTx{tx}, nil
		}
	case pgx.Tx:
		return pgxTx{tx}, nil
	}
	return nil, fmt.Errorf("a %T is no transaction of PostgreSQL: give a pgx.Tx, or a *sql.Tx of pgx's driver, that is open", tx)
}

type pgxTx struct{ pgx.Tx }

func (tx pgxTx) query(ctx context.Context, into []any, query string, args ...any) error {
	rows, err := tx.Query(ctx, query, append([]any{describe}, args...)...)
	if err != nil {
		return err
	}
	if into == nil {
		rows.Close()
		return rows.Err()
	}
	_, err = pgx.ForEachRow(rows, into, func() error { return nil })
	return err
}

type sqlTx struct{ *sql.Tx }

func (tx sqlTx) query(ctx context.Context, into []any, query string, args ...any) error {
	rows, err := tx.QueryContext(ctx, query, append([]any{describe}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for into != nil && rows.Next() {
		if err := rows.Scan(scanners(into)...); err != nil {
			return err
		}
	}
	return errors.Join(rows.Close(), rows.Err())
}

// scanners lets database/sql scan arrays.
func scanners(into []any) []any {
	into = slices.Clone(into)
	for i, v := range into {
		if list, ok := v.(*[]string); ok {
			into[i] = pgtype.NewMap().SQLScanner(list)
		}
	}
	return into
}
