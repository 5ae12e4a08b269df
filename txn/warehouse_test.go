package txn_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres"
	"github.com/go-mailhost/mailhost/queue/postgres/postgrestest"
	"github.com/go-mailhost/mailhost/queue/sqlite"
	"github.com/go-mailhost/mailhost/txn"
)

// A postman is a Host that tells of each mail that it was given.
type postman chan string

func (p postman) Send(_ context.Context, batch []*host.Envelope, done func(i int, reports []host.Report)) {
	for i, e := range batch {
		var reports []host.Report
		for _, to := range e.To {
			reports = append(reports, host.Report{To: to, Outcome: host.Delivered})
			p <- to
		}
		done(i, reports)
	}
}

// A warehouse has its orders and its queue in one database. Its mailer does not wake by
// itself for an hour.
type warehouse struct {
	queue *queue.Queue
	came  postman
	begin func(ctx context.Context) (order, error)
	count func() (orders int, err error)
}

// An order is an SQL transaction of the application's.
type order struct {
	sqlTx            any // what CommitWith takes
	exec             func(query string, args ...any) error
	commit, rollback func() error
}

// databases are those in which mail and data can be one fact, and the ways to get at
// them; each returns how to make warehouses there.
var databases = map[string]func(t *testing.T) func(t *testing.T) *warehouse{
	"SQLite":                   func(*testing.T) func(*testing.T) *warehouse { return sqliteWarehouse },
	"PostgreSQL by pgx/stdlib": func(t *testing.T) func(*testing.T) *warehouse { return postgresWarehouses(t, false) },
	"PostgreSQL by pgx itself": func(t *testing.T) func(*testing.T) *warehouse { return postgresWarehouses(t, true) },
}

func sqliteWarehouse(t *testing.T) *warehouse {
	return sqliteWarehouseAt(t, filepath.Join(t.TempDir(), "shop.db"))
}

func sqliteWarehouseAt(t *testing.T, path string) *warehouse {
	db := openSQLite(t, path, 30*time.Second)
	store, err := sqlite.New(db, path)
	require.NoError(t, err)
	return newWarehouse(t, db, store)
}

func openSQLite(t *testing.T, path string, patience time.Duration) *sql.DB {
	db, err := sql.Open("sqlite", fmt.Sprintf("file:%s?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
		"&_pragma=foreign_keys(1)&_pragma=busy_timeout(%d)", path, patience.Milliseconds()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// postgresWarehouses makes warehouses on one server, each in a database of its own.
func postgresWarehouses(t *testing.T, native bool) func(t *testing.T) *warehouse {
	server, err := postgrestest.Start("", "fsync=off")
	if errors.Is(err, postgrestest.ErrMissing) {
		t.Skip(err) // the tests of queue/postgres fail without, where nothing may be skipped
	}
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Remove() })
	made := 0
	return func(t *testing.T) *warehouse {
		made++
		return postgresWarehouse(t, server.URL, fmt.Sprint("warehouse", made), native)
	}
}

func postgresWarehouse(t *testing.T, server, name string, native bool) *warehouse {
	conn, err := pgx.Connect(t.Context(), server)
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
	at, err := url.Parse(server)
	require.NoError(t, err)
	at.Path = "/" + name

	db, err := sql.Open("pgx", at.String())
	require.NoError(t, err)
	pool, err := pgxpool.New(t.Context(), at.String())
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store, err := postgres.New(t.Context(), pool, postgres.Options{})
	require.NoError(t, err)
	w := newWarehouse(t, db, store)
	if native {
		w.begin = func(ctx context.Context) (order, error) { return beginNative(ctx, pool) }
	}
	return w
}

func beginNative(ctx context.Context, pool *pgxpool.Pool) (order, error) {
	tx, err := pool.Begin(ctx)
	return order{
		tx,
		func(query string, args ...any) error { _, err := tx.Exec(ctx, query, args...); return err },
		func() error { return tx.Commit(ctx) },
		func() error { return tx.Rollback(context.WithoutCancel(ctx)) },
	}, err
}

func begin(ctx context.Context, db *sql.DB) (order, error) {
	tx, err := db.BeginTx(ctx, nil)
	return order{
		tx,
		func(query string, args ...any) error { _, err := tx.Exec(query, args...); return err },
		tx.Commit, tx.Rollback,
	}, err
}

func newWarehouse(t *testing.T, db *sql.DB, store queue.Store) *warehouse {
	t.Cleanup(func() { _ = db.Close() })
	for _, table := range []string{
		"CREATE TABLE customer (id INTEGER PRIMARY KEY)",
		"INSERT INTO customer VALUES (1)",
		"CREATE TABLE orders (customer INTEGER REFERENCES customer DEFERRABLE INITIALLY DEFERRED)",
	} {
		_, err := db.Exec(table)
		require.NoError(t, err)
	}
	w := &warehouse{came: make(postman, 100)}
	var err error
	w.queue, err = queue.Open(store, w.came, queue.Config{Interval: time.Hour})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.queue.Close(context.Background())) })
	w.begin = func(ctx context.Context) (order, error) { return begin(ctx, db) }
	w.count = func() (n int, err error) {
		return n, db.QueryRow("SELECT count(*) FROM orders").Scan(&n)
	}
	return w
}

// order begins an order of the customer, whose confirmation is in the Txn.
func (w *warehouse) order(t *testing.T, tx *txn.Txn, customer string) order {
	t.Helper()
	o := w.run(t, "INSERT INTO orders VALUES ("+customer+")")
	m := letter("confirmed", "ann@x.example")
	m.Lane = queue.Immediate
	require.NoError(t, tx.Add(m))
	return o
}

func (w *warehouse) requireRows(t *testing.T, wantOrders, wantMails int) {
	t.Helper()
	orders, err := w.count()
	require.NoError(t, err)
	counts, err := w.queue.Count(t.Context(), queue.Filter{})
	require.NoError(t, err)
	mails := 0
	for _, c := range counts {
		mails += c
	}
	require.Equal(t, [2]int{wantOrders, wantMails}, [2]int{orders, mails}, "orders and mails")
}

// run begins a transaction and runs statements in it.
func (w *warehouse) run(t *testing.T, statements ...string) order {
	t.Helper()
	o, err := w.begin(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = o.rollback() })
	for _, statement := range statements {
		require.NoError(t, o.exec(statement))
	}
	return o
}
