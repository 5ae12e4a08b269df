package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// read runs one statement that reads and hands its rows to scan.
func (s *Store) read(ctx context.Context, scan func(rows pgx.Rows) error, query string, args ...any) error {
	s.calls.RLock()
	defer s.calls.RUnlock()
	if s.closed.Err() != nil {
		return errClosed
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	rows, err := s.pool.Query(ctx, s.sql(query), append([]any{describe}, args...)...)
	if err == nil {
		err = scan(rows)
		rows.Close()
		err = errors.Join(err, rows.Err())
	}
	if err != nil {
		return fmt.Errorf("queue/postgres: %w", err)
	}
	return nil
}

// A view is a transaction that reads, all at one instant.
type view struct {
	*Store
	tx pgx.Tx
}

// view runs what reads with several statements.
func (s *Store) view(ctx context.Context, look func(v view) error) error {
	return s.viewWith(ctx, "", look)
}

// viewWith is view with settings of the transaction.
func (s *Store) viewWith(ctx context.Context, settings string, look func(v view) error) error {
	s.calls.RLock()
	defer s.calls.RUnlock()
	if s.closed.Err() != nil {
		return errClosed
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	// The server is not to keep it, and what vacuum may not take away, for hours when it
	// has lost sight of us.
	begin := "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = '1min'; " + settings
	err := pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{BeginQuery: begin}, func(tx pgx.Tx) error { return look(view{s, tx}) })
	if err != nil {
		return fmt.Errorf("queue/postgres: %w", err)
	}
	return nil
}

// collect runs a query and returns what scan makes of each row.
func collect[T any](ctx context.Context, v view, scan func(row pgx.CollectableRow) (T, error), query string, args ...any) ([]T, error) {
	rows, err := v.tx.Query(ctx, v.sql(query), append([]any{describe}, args...)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}
