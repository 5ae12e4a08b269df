package postgres

import (
	"context"
	_ "embed" // the schema
	"errors"
	"fmt"
	"hash/fnv"

	"github.com/jackc/pgx/v5"
)

//go:embed schema1.sql
var schema1 string

// migrations holds at n what makes version n+1 of the schema from version n.
var migrations = []string{schema1}

// oldestServer is the version of PostgreSQL that the queries need, as
// server_version_num says it.
const oldestServer = 130000

// prepare checks that the database is one we can use, and brings the schema up to
// date. Several nodes may do so at once.
func (s *Store) prepare(ctx context.Context) error {
	if err := s.checkServer(ctx); err != nil {
		return err
	}
	version, err := s.version(ctx, s.pool)
	if err != nil || version == len(migrations) {
		return err
	}
	if s.options.Existing {
		return fmt.Errorf("it has version %d (0: no queue is there), and this program needs version %d: start the application in the new version first, which makes it",
			version, len(migrations))
	}
	// An account that may not create anything can use what is up to date.
	// The server is not to keep others out when it has lost sight of us.
	begin := "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '1min'"
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{BeginQuery: begin}, func(tx pgx.Tx) error { return s.migrate(ctx, tx) })
}

func (s *Store) checkServer(ctx context.Context) error {
	var version int
	var encoding string
	err := s.pool.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, current_setting('server_encoding')`,
		describe).Scan(&version, &encoding)
	switch {
	case err != nil:
		return err
	case version < oldestServer:
		return fmt.Errorf("the server has version %d: use PostgreSQL %d or newer", version/10000, oldestServer/10000)
	case encoding != "UTF8":
		return fmt.Errorf("the database's encoding is %s: create one with ENCODING 'UTF8'", encoding)
	}
	return nil
}

// A querier is the pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// version returns the version of the schema, 0 where there is none.
func (s *Store) version(ctx context.Context, q querier) (version int, err error) {
	// Not to_regclass, which does not see what another node has just made.
	var there bool
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relname = 'version')`, describe, s.options.Schema).Scan(&there)
	if err != nil || !there {
		return 0, err
	}
	err = q.QueryRow(ctx, s.sql("SELECT version FROM mailhost.version"), describe).Scan(&version)
	if err == nil && version > len(migrations) {
		err = fmt.Errorf("it has version %d, and this program knows versions up to %d: use the newer program that wrote it",
			version, len(migrations))
	}
	return version, err
}

// migrate makes the newest version of the schema, unless another node has while
// this one waited for the lock.
func (s *Store) migrate(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", describe, s.lock()); err != nil {
		return err
	}
	version, err := s.version(ctx, tx)
	if err != nil {
		return err
	}
	if version == 0 {
		if err := s.create(ctx, tx); err != nil {
			return err
		}
	}
	for ; version < len(migrations); version++ {
		// Several statements: only the simple protocol takes them.
		if _, err := tx.Exec(ctx, s.sql(migrations[version]), pgx.QueryExecModeSimpleProtocol); err != nil {
			return fmt.Errorf("migration to version %d: %w", version+1, err)
		}
	}
	_, err = tx.Exec(ctx, s.sql("UPDATE mailhost.version SET version = $1"), describe, version)
	return err
}

// create makes the schema, where it is not there, and its table of one row.
func (s *Store) create(ctx context.Context, tx pgx.Tx) error {
	var there bool
	err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)", describe, s.options.Schema).Scan(&there)
	if err != nil {
		return err
	}
	create := s.sql(`CREATE TABLE mailhost.version (version integer NOT NULL);
		INSERT INTO mailhost.version VALUES (0)`)
	if !there {
		create = "CREATE SCHEMA " + pgx.Identifier{s.options.Schema}.Sanitize() + ";" + create
	}
	if _, err = tx.Exec(ctx, create, pgx.QueryExecModeSimpleProtocol); err != nil {
		return errors.Join(errors.New("the role must be allowed to create it, or to create tables in it"), err)
	}
	return nil
}

// lock is the number of the advisory lock of this schema's migrations.
func (s *Store) lock() int64 {
	h := fnv.New64a()
	h.Write([]byte("mailhost " + s.options.Schema))
	return int64(h.Sum64())
}
