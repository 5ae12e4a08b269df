//go:build unix

package postgres

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
)

func TestNodesStartAtOnce(t *testing.T) {
	pool := newPool(t, pgtest.URL(t))
	options := Options{Schema: pgtest.Schema(t, pgtest.URL(t))}
	errs := make(chan error)
	stores := make(chan *Store, 8)
	for range 8 {
		go func() {
			s, err := newStore(t.Context(), pool, options, time.Now)
			stores <- s
			errs <- err
		}()
	}
	var all error
	for range 8 {
		all = errors.Join(all, <-errs)
	}
	require.NoError(t, all)
	for range 8 {
		require.NoError(t, (<-stores).Close())
	}
}

func TestNewerVersionIsRefused(t *testing.T) {
	s := openNew(t)
	_, err := s.pool.Exec(t.Context(), s.sql("UPDATE mailhost.version SET version = 1000"))
	require.NoError(t, err)
	_, err = New(t.Context(), s.pool, s.options)
	require.ErrorContains(t, err, "it has version 1000, and this program knows versions up to 1")
	require.Zero(t, total(t, s), "it is left as it is")
}

func TestExistingMakesNothing(t *testing.T) {
	s := openNew(t)
	same, err := New(t.Context(), s.pool, Options{Schema: s.options.Schema, Existing: true})
	require.NoError(t, err)
	require.NoError(t, same.Close())

	schema := pgtest.Schema(t, pgtest.URL(t))
	_, err = New(t.Context(), s.pool, Options{Schema: schema, Existing: true})
	require.ErrorContains(t, err, "it has version 0 (0: no queue is there), and this program needs version ")
	var there bool
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)", schema).Scan(&there))
	require.False(t, there)

	_, err = s.pool.Exec(t.Context(), s.sql("UPDATE mailhost.version SET version = 0"))
	require.NoError(t, err)
	_, err = New(t.Context(), s.pool, Options{Schema: s.options.Schema, Existing: true})
	require.ErrorContains(t, err, "start the application in the new version first")
}

// TestMigrationThatFailsLeavesNothing has a table of the application's in the way.
func TestMigrationThatFailsLeavesNothing(t *testing.T) {
	pool := newPool(t, pgtest.URL(t))
	schema := pgtest.Schema(t, pgtest.URL(t))
	quoted := pgx.Identifier{schema}.Sanitize()
	_, err := pool.Exec(t.Context(), "CREATE SCHEMA "+quoted+"; CREATE TABLE "+quoted+".route ()", pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	_, err = New(t.Context(), pool, Options{Schema: schema})
	require.ErrorContains(t, err, `relation "route" already exists`)
	var tables int
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname = $1", schema).Scan(&tables))
	require.Equal(t, 1, tables)
}

func TestRoleThatMayNotCreate(t *testing.T) {
	if os.Getenv("MAILHOST_POSTGRES") != "" {
		t.Skip("this test creates a role: not on a server that others use")
	}
	s := openNew(t)
	quoted := pgx.Identifier{s.options.Schema}.Sanitize()
	_, err := s.pool.Exec(t.Context(), `DO $$ BEGIN CREATE ROLE clerk LOGIN; EXCEPTION WHEN duplicate_object THEN END $$;
		GRANT USAGE ON SCHEMA `+quoted+` TO clerk; GRANT ALL ON ALL TABLES IN SCHEMA `+quoted+` TO clerk`,
		pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	clerk := newPool(t, strings.Replace(pgtest.URL(t), "user=postgres", "user=clerk", 1))
	same := openAt(t, clerk, s.options, time.Now)
	require.NoError(t, same.Insert(t.Context(), newMails(0, 1)))

	_, err = New(t.Context(), clerk, Options{Schema: "nowhere"})
	var refusal *pgconn.PgError
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "42501", refusal.Code)
	require.ErrorContains(t, err, "the role must be allowed to create it")
}
