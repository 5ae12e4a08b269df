package txn_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres"
	"github.com/go-mailhost/mailhost/txn"
)

var _ txn.TxCommitter = (*queue.Queue)(nil)

func TestMailAndDataAreOneFact(t *testing.T) {
	tests := []struct {
		name     string
		customer string
		end      func(t *testing.T, tx *txn.Txn, o order)
		want     int
	}{
		{"CommitWith", "1", func(t *testing.T, tx *txn.Txn, o order) {
			require.NoError(t, tx.CommitWith(t.Context(), o.sqlTx))
		}, 1},
		{"CommitWith, and the database refuses to commit", "2", func(t *testing.T, tx *txn.Txn, o order) {
			err := tx.CommitWith(t.Context(), o.sqlTx)
			require.Contains(t, strings.ToLower(err.Error()), "foreign key constraint")
			var unknown *txn.UnknownError
			require.False(t, errors.As(err, &unknown), "it is known: %v", err)
			require.NoError(t, tx.Rollback())
		}, 0},
		{"a participant cannot prepare", "1", func(t *testing.T, tx *txn.Txn, o order) {
			s, failure := failing("prepare a")
			require.NoError(t, tx.Join(&part{s, "a"}))
			require.ErrorIs(t, tx.CommitWith(t.Context(), o.sqlTx), failure)
		}, 0},
		{"a participant panics", "1", func(t *testing.T, tx *txn.Txn, o order) {
			require.NoError(t, tx.Join(&part{&steps{panics: "prepare a"}, "a"}))
			panicked, _ := caught(func() error { return tx.CommitWith(t.Context(), o.sqlTx) })
			require.Equal(t, "prepare a", panicked)
		}, 0},
		{"a mail that the queue refuses", "1", func(t *testing.T, tx *txn.Txn, o order) {
			require.NoError(t, tx.Add(letter("to nobody")))
			require.ErrorContains(t, tx.CommitWith(t.Context(), o.sqlTx), "mail 2 of 2: it has no recipient")
		}, 0},
		{"somebody has rolled it back", "1", func(t *testing.T, tx *txn.Txn, o order) {
			require.NoError(t, o.rollback())
			require.Error(t, tx.CommitWith(t.Context(), o.sqlTx))
			require.NoError(t, tx.Rollback())
		}, 0},
		{"Rollback", "1", func(t *testing.T, tx *txn.Txn, o order) {
			require.NoError(t, tx.Rollback())
			require.NoError(t, o.rollback())
		}, 0},
		{"AddTo", "1", func(t *testing.T, tx *txn.Txn, o order) {
			require.NoError(t, tx.AddTo(t.Context(), o.sqlTx))
			require.NoError(t, o.commit())
			require.NoError(t, tx.Commit(t.Context()))
		}, 1},
		{"AddTo and a rollback", "1", func(t *testing.T, tx *txn.Txn, o order) {
			require.NoError(t, tx.AddTo(t.Context(), o.sqlTx))
			require.NoError(t, o.rollback())
			require.NoError(t, tx.Commit(t.Context()))
		}, 0},
	}
	for name, database := range databases {
		t.Run(name, func(t *testing.T) {
			open := database(t)
			for _, tt := range tests {
				t.Run(tt.name, func(t *testing.T) {
					w := open(t)
					tx := txn.Begin(w.queue)
					tt.end(t, tx, w.order(t, tx, tt.customer))
					w.requireRows(t, tt.want, tt.want)
					if tt.want > 0 { // the application has told nobody
						require.Equal(t, "ann@x.example", <-w.came)
					}
				})
			}
		})
	}
}

// Two serializable transactions that read what the other writes: PostgreSQL refuses one
// of them at its commit, and Retry does it again.
func TestRetryOfARealCollision(t *testing.T) {
	w := postgresWarehouses(t, false)(t)
	one, both := w.serializable(t), make(chan struct{})
	attempts := 0
	err := txn.Run(t.Context(), w.queue, func(ctx context.Context) error {
		return txn.Retry(ctx, 5, func(ctx context.Context) error {
			attempts++
			two := w.serializable(t)
			tx := txn.FromContext(ctx)
			require.NoError(t, tx.Add(letter("confirmed", "ann@x.example")))
			if attempts == 1 {
				require.NoError(t, one.commit())
				close(both)
			}
			return tx.CommitWith(ctx, two.sqlTx)
		})
	})
	<-both
	require.NoError(t, err)
	require.Equal(t, 2, attempts)
	w.requireRows(t, 2, 1)
}

// serializable begins an order that depends on all others.
func (w *warehouse) serializable(t *testing.T) order {
	t.Helper()
	return w.run(t, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SELECT count(*) FROM orders", "INSERT INTO orders VALUES (1)")
}

// While another writes, SQLite is busy.
func TestRetryWhileSQLiteIsBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	w := sqliteWarehouseAt(t, path)
	impatient := openSQLite(t, path, 0)
	other := w.run(t, "INSERT INTO orders VALUES (1)")
	attempts := 0
	err := txn.Run(t.Context(), w.queue, func(ctx context.Context) error {
		return txn.Retry(ctx, 1000, func(ctx context.Context) error {
			if attempts++; attempts == 3 {
				require.NoError(t, other.commit())
			}
			tx := txn.FromContext(ctx)
			require.NoError(t, tx.Add(letter("confirmed", "ann@x.example")))
			o, err := begin(ctx, impatient)
			if err != nil {
				return err
			}
			defer o.rollback()
			require.NoError(t, o.exec("INSERT INTO orders VALUES (1)"))
			return tx.CommitWith(ctx, o.sqlTx)
		})
	})
	require.NoError(t, err)
	require.GreaterOrEqual(t, attempts, 3)
	w.requireRows(t, 2, 1)
}

// A *sql.Tx ends with its context, as that of a request whose client went away.
func TestContextOfTheSQLTransactionEnded(t *testing.T) {
	w, s := sqliteWarehouse(t), &steps{}
	ctx, end := context.WithCancel(t.Context())
	o, err := w.begin(ctx)
	require.NoError(t, err)
	require.NoError(t, o.exec("INSERT INTO orders VALUES (1)"))
	tx := txn.Begin(w.queue)
	require.NoError(t, tx.Join(&part{s, "a"}))
	require.NoError(t, tx.Add(letter("confirmed", "ann@x.example")))
	end()
	err = tx.CommitWith(t.Context(), o.sqlTx)
	require.Error(t, err)
	var unknown *txn.UnknownError
	if !errors.As(err, &unknown) {
		require.NoError(t, tx.Rollback())
	} else { // database/sql may be rolling it back at this moment, and tells nobody
		require.ErrorIs(t, err, context.Canceled)
	}
	w.requireRows(t, 0, 0)
	require.Equal(t, "prepare a, rollback a", s.String())
}

// The connection is lost while the server commits. Whether the mail is there tells what
// became of it all.
func TestUnknownOutcomeOfARealCommit(t *testing.T) {
	for _, native := range []bool{false, true} {
		t.Run(fmt.Sprint("by pgx itself: ", native), func(t *testing.T) {
			w := postgresWarehouses(t, native)(t)
			setup := w.run(t, `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'`,
				`CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()`)
			require.NoError(t, setup.commit())

			s := &steps{}
			tx := txn.Begin(w.queue)
			o := w.order(t, tx, "1")
			require.NoError(t, tx.Join(&part{s, "a"}))
			failed := make(chan error, 1)
			go func() { failed <- tx.CommitWith(t.Context(), o.sqlTx) }()
			var err error
			require.Eventually(t, func() bool {
				killer := w.run(t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'active' AND query ILIKE 'commit%'`)
				_ = killer.rollback()
				select {
				case err = <-failed:
					return true
				default:
					return false
				}
			}, time.Minute, 10*time.Millisecond)

			var unknown *txn.UnknownError
			require.ErrorAs(t, err, &unknown)
			require.ErrorIs(t, tx.Rollback(), txn.ErrDone)
			require.Equal(t, "prepare a, rollback a", s.String())
			require.Len(t, unknown.IDs, 1)
			_, err = w.queue.Get(t.Context(), unknown.IDs[0])
			require.ErrorIs(t, err, queue.ErrNotFound)
			w.requireRows(t, 0, 0)
		})
	}
}

func TestStoresSayThatTheyDoNotKnow(t *testing.T) {
	require.ErrorIs(t, postgres.ErrUnknown, queue.ErrUnknown)
}

// A Memory queue is in no database.
func TestQueueWithoutADatabase(t *testing.T) {
	q, err := queue.Open(queue.Memory(), nil, queue.Config{})
	require.NoError(t, err)
	defer q.Close(context.Background())
	w := sqliteWarehouse(t)
	tx := txn.Begin(q)
	require.ErrorContains(t, tx.CommitWith(t.Context(), w.order(t, tx, "1").sqlTx), "cannot insert mail through an SQL transaction")
	w.requireRows(t, 0, 0)
}
