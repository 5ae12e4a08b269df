//go:build unix

package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
	"github.com/go-mailhost/mailhost/queue/storetest"
)

// beginners begin transactions of the two kinds.
var beginners = map[string]func(t *testing.T, pool *pgxpool.Pool) storetest.Tx{
	"pgx.Tx": func(t *testing.T, pool *pgxpool.Pool) storetest.Tx {
		tx, err := pool.Begin(t.Context())
		require.NoError(t, err)
		t.Cleanup(func() { _ = tx.Rollback(context.Background()) })
		return storetest.Tx{
			Tx:       tx,
			Commit:   func() error { return tx.Commit(context.Background()) },
			Rollback: func() error { return tx.Rollback(context.Background()) },
		}
	},
	"*sql.Tx": func(t *testing.T, pool *pgxpool.Pool) storetest.Tx {
		db := stdlib.OpenDBFromPool(pool)
		t.Cleanup(func() { _ = db.Close() })
		tx, err := db.BeginTx(context.Background(), nil)
		require.NoError(t, err)
		t.Cleanup(func() { _ = tx.Rollback() })
		return storetest.Tx{Tx: tx, Commit: tx.Commit, Rollback: tx.Rollback}
	},
}

func TestTxStore(t *testing.T) {
	pool := newPool(t, pgtest.URL(t))
	for kind, begin := range beginners {
		t.Run(kind, storetest.TxSuite{
			Open:  func(t *testing.T) queue.TxStore { return openIn(t, pool, pgtest.Schema(t, pgtest.URL(t))) },
			Begin: func(t *testing.T, _ queue.TxStore) storetest.Tx { return begin(t, pool) },
		}.Run)
	}
}

// While a transaction with mail is open, others insert as ever: of its route, and
// counted in the same minute.
func TestOpenTransactionKeepsNobodyWaiting(t *testing.T) {
	s := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 1))) // the route is there
	var open []storetest.Tx
	for _, begin := range beginners {
		tx := begin(t, s.pool)
		require.NoError(t, s.InsertTx(t.Context(), tx.Tx, newMails(100+len(open), 101+len(open))))
		open = append(open, tx)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, s.Insert(ctx, newMails(1, 10)))
	require.Equal(t, 10, total(t, s))
	for _, tx := range open {
		require.NoError(t, tx.Commit())
	}
	require.Equal(t, 10+len(open), total(t, s))
}

// A store whose pool has one connection only, which the application's transaction
// holds, needs no other.
func TestInsertTxNeedsNoOtherConnection(t *testing.T) {
	s := openAt(t, newPool(t, with(pgtest.URL(t), "pool_max_conns=1")), Options{Schema: pgtest.Schema(t, pgtest.URL(t))}, time.Now)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tx := beginners["pgx.Tx"](t, s.pool)
	require.NoError(t, s.InsertTx(ctx, tx.Tx, newMails(0, 1)))
	require.NoError(t, tx.Commit())
	require.Equal(t, 1, total(t, s))
}

// The store's rules about commits hold for the application's, whatever its settings are.
func TestInsertTxMakesTheCommitDurable(t *testing.T) {
	s := openAt(t, newPool(t, with(pgtest.URL(t), "synchronous_commit=off")), Options{Schema: pgtest.Schema(t, pgtest.URL(t))}, time.Now)
	tx, err := s.pool.BeginTx(t.Context(), pgx.TxOptions{IsoLevel: pgx.Serializable})
	require.NoError(t, err)
	defer tx.Rollback(context.Background())
	var mode string
	require.NoError(t, tx.QueryRow(t.Context(), "SHOW synchronous_commit").Scan(&mode))
	require.Equal(t, "off", mode)
	require.NoError(t, s.InsertTx(t.Context(), tx, newMails(0, 1)))
	require.NoError(t, tx.QueryRow(t.Context(), "SHOW synchronous_commit").Scan(&mode))
	require.Equal(t, "on", mode)
	require.NoError(t, tx.Commit(t.Context()))
	require.Equal(t, 1, total(t, s))
}

// A role that may do no more than use the tables can use InsertTx.
func TestInsertTxByAPlainRole(t *testing.T) {
	s := openNew(t)
	schema := pgx.Identifier{s.options.Schema}.Sanitize()
	role := fmt.Sprintf("plain%d", time.Now().UnixNano())
	exec := func(query string) {
		_, err := s.pool.Exec(t.Context(), query)
		require.NoError(t, err)
	}
	exec("CREATE ROLE " + role + " NOSUPERUSER")
	t.Cleanup(func() {
		_, err := s.pool.Exec(context.Background(), "DROP OWNED BY "+role+"; DROP ROLE "+role)
		require.NoError(t, err)
	})
	exec("GRANT USAGE ON SCHEMA " + schema + " TO " + role)
	exec("GRANT ALL ON ALL TABLES IN SCHEMA " + schema + " TO " + role)
	tx := beginners["pgx.Tx"](t, s.pool)
	_, err := tx.Tx.(pgx.Tx).Exec(t.Context(), "SET LOCAL ROLE "+role)
	require.NoError(t, err)
	require.NoError(t, s.InsertTx(t.Context(), tx.Tx, newMails(0, 1)))
	require.NoError(t, tx.Commit())
	require.Equal(t, 1, total(t, s))
}

func TestTransactionsThatInsertTxRefuses(t *testing.T) {
	s := openNew(t)
	pool := newPool(t, pgtest.URL(t))
	name := fmt.Sprintf("other%d", time.Now().UnixNano())
	_, err := pool.Exec(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	address, err := url.Parse(pgtest.URL(t))
	require.NoError(t, err)
	address.Path = "/" + name
	other, err := pgxpool.New(t.Context(), address.String())
	require.NoError(t, err)
	t.Cleanup(func() {
		other.Close()
		_, err := pool.Exec(context.Background(), "DROP DATABASE "+name)
		require.NoError(t, err)
	})
	begin := beginners["pgx.Tx"]
	refused := func(tx storetest.Tx, want string) {
		t.Helper()
		require.ErrorContains(t, s.InsertTx(t.Context(), tx.Tx, newMails(0, 1)), want)
		if tx.Commit != nil {
			_ = tx.Commit()
		}
	}
	refused(begin(t, other), "queue/postgres: the transaction is on a database without the schema")
	elsewhere := openIn(t, other, s.options.Schema)
	refused(begin(t, other), "the transaction is on another database, which has mail of its own: begin it on the store's")
	require.Zero(t, total(t, elsewhere))
	require.NoError(t, elsewhere.Close())

	refused(storetest.Tx{Tx: pool}, "queue/postgres: a *pgxpool.Pool is no transaction of PostgreSQL: give a pgx.Tx, or a *sql.Tx")
	refused(storetest.Tx{Tx: (*sql.Tx)(nil)}, "is no transaction of PostgreSQL")
	broken := begin(t, s.pool)
	_, err = broken.Tx.(pgx.Tx).Exec(t.Context(), "SELECT 1/0")
	require.Error(t, err)
	refused(broken, "the transaction cannot be used")
	require.NoError(t, s.InsertTx(t.Context(), begin(t, pool).Tx, newMails(0, 1)), "another pool on the same database")
	require.Zero(t, total(t, s))

	tx := begin(t, pool)
	require.NoError(t, s.Close())
	refused(tx, "queue/postgres: the store is closed")
}

// Nobody signals, and the tick is an hour away: of the node itself, and of another one.
func TestMailersWakeWhenTheApplicationCommits(t *testing.T) {
	for kind, begin := range beginners {
		for _, where := range []string{"own", "other"} {
			t.Run(kind+", "+where, func(t *testing.T) {
				options := Options{Schema: pgtest.Schema(t, pgtest.URL(t))}
				sender := openAt(t, newPool(t, pgtest.URL(t)), options, time.Now)
				pool := newPool(t, pgtest.URL(t))
				sent := &tally{times: map[string]int{}, heard: make(chan string, 100)}
				cfg := queue.Config{Interval: time.Hour, Logger: slog.New(slog.DiscardHandler)}
				q, err := queue.Open(sender, sent, cfg)
				require.NoError(t, err)
				defer q.Close(context.Background())
				from := q
				if where == "other" {
					from, err = queue.Open(openAt(t, pool, options, time.Now), nil, cfg)
					require.NoError(t, err)
					defer from.Close(context.Background())
				}
				fastest := time.Hour
				for range 5 {
					m := newCommit("reader@example.com")
					m.Lane = queue.Immediate
					tx := begin(t, pool)
					require.NoError(t, from.CommitTx(t.Context(), tx.Tx, m))
					require.NoError(t, tx.Commit())
					start := time.Now()
					select {
					case id := <-sent.heard:
						require.Equal(t, m.ID, id)
					case <-time.After(30 * time.Second):
						require.Fail(t, "the mail was slept on")
					}
					fastest = min(fastest, time.Since(start))
				}
				require.Less(t, fastest, 50*time.Millisecond)
			})
		}
	}
}
