package postgres

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
	"github.com/go-mailhost/mailhost/queue/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestStore(t *testing.T) {
	pool := newPool(t, pgtest.URL(t))
	var schema string
	open := func(t *testing.T) queue.Store { return openIn(t, pool, schema) }
	storetest.Suite{
		Open: func(t *testing.T) queue.Store {
			schema = pgtest.Schema(t, pgtest.URL(t))
			return open(t)
		},
		Reopen: func(t *testing.T, store queue.Store) queue.Store {
			require.NoError(t, store.Close())
			return open(t)
		},
	}.Run(t)
}

// newPool returns a pool that is closed when the test ends.
func newPool(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func openIn(t testing.TB, pool *pgxpool.Pool, schema string) *Store {
	t.Helper()
	s, err := New(t.Context(), pool, Options{Schema: schema})
	require.NoError(t, err)
	return s
}
