package txn_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

// A shop has its orders in an SQLite database, and a Committer that keeps mail there
// too.
type shop struct {
	t       *testing.T
	db      *sql.DB
	path    string
	signals atomic.Int32
}

func newShop(t *testing.T) *shop {
	s := &shop{t: t, path: filepath.Join(t.TempDir(), "shop.db")}
	s.db = s.open("&_pragma=busy_timeout(30000)")
	for _, table := range []string{
		"CREATE TABLE customer (id INTEGER PRIMARY KEY)",
		"INSERT INTO customer VALUES (1)",
		"CREATE TABLE orders (customer INTEGER REFERENCES customer DEFERRABLE INITIALLY DEFERRED)",
		"CREATE TABLE mail (subject TEXT)",
	} {
		_, err := s.db.Exec(table)
		require.NoError(t, err)
	}
	return s
}

func (s *shop) open(options string) *sql.DB {
	db, err := sql.Open("sqlite", "file:"+s.path+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)"+options)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = db.Close() })
	return db
}

func (s *shop) Commit(context.Context, ...*queue.Mail) error { return errors.New("not by itself") }
func (s *shop) Signal()                                      { s.signals.Add(1) }

func (s *shop) CommitTx(ctx context.Context, tx any, mails ...*queue.Mail) error {
	for _, m := range mails {
		if _, err := tx.(*sql.Tx).ExecContext(ctx, "INSERT INTO mail VALUES (?)", m.Subject); err != nil {
			return err
		}
	}
	return nil
}

// order begins an SQL transaction with an order of the customer.
func (s *shop) order(ctx context.Context, db *sql.DB, customer int) (*sql.Tx, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec("INSERT INTO orders VALUES (?)", customer)
	return tx, err
}

func (s *shop) requireRows(orders, mails int) {
	s.t.Helper()
	var gotOrders, gotMails int
	require.NoError(s.t, s.db.QueryRow("SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM mail)").Scan(&gotOrders, &gotMails))
	require.Equal(s.t, [2]int{orders, mails}, [2]int{gotOrders, gotMails}, "orders and mails")
}

func TestSQLiteMailAndDataAreOneFact(t *testing.T) {
	for _, tt := range []struct {
		name     string
		customer int
		before   func(tx *sql.Tx, end func())
		err      string
	}{
		{name: "committed", customer: 1},
		{name: "a foreign key that is checked at the commit", customer: 2, err: "FOREIGN KEY constraint failed"},
		{name: "somebody else has rolled it back", customer: 1, before: func(tx *sql.Tx, _ func()) { _ = tx.Rollback() }, err: sql.ErrTxDone.Error()},
		{name: "its context ended", customer: 1, before: func(_ *sql.Tx, end func()) { end() }, err: "txn: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, steps := newShop(t), &steps{}
			ctx, end := context.WithCancel(t.Context())
			defer end()
			sqlTx, err := s.order(ctx, s.db, tt.customer)
			require.NoError(t, err)
			defer sqlTx.Rollback()
			tx := txn.Begin(s)
			require.NoError(t, tx.Join(&part{steps, "a"}))
			require.NoError(t, tx.Add(&queue.Mail{Subject: "confirmed", Lane: queue.Immediate}))
			if tt.before != nil {
				tt.before(sqlTx, end)
			}
			err = tx.CommitWith(t.Context(), sqlTx)
			requireWords(t, err, tt.err)
			if err == nil {
				s.requireRows(1, 1)
				require.Equal(t, int32(1), s.signals.Load())
				require.Equal(t, "prepare a, commit a", steps.String())
				return
			}
			var unknown *txn.UnknownError
			if !errors.As(err, &unknown) {
				require.NoError(t, tx.Rollback())
			} else { // database/sql may be rolling it back at this moment, and tells nobody
				require.ErrorIs(t, err, context.Canceled)
			}
			s.requireRows(0, 0)
			require.Zero(t, s.signals.Load())
			require.Equal(t, "prepare a, rollback a", steps.String())
		})
	}
}

func TestSQLiteAddTo(t *testing.T) {
	for _, commits := range []bool{true, false} {
		s := newShop(t)
		sqlTx, err := s.order(t.Context(), s.db, 1)
		require.NoError(t, err)
		tx := txn.Begin(s)
		require.NoError(t, tx.Add(mail("confirmed")))
		require.NoError(t, tx.AddTo(t.Context(), sqlTx))
		if commits {
			require.NoError(t, sqlTx.Commit())
		} else {
			require.NoError(t, sqlTx.Rollback())
		}
		require.NoError(t, tx.Commit(t.Context()))
		if commits {
			s.requireRows(1, 1)
		} else {
			s.requireRows(0, 0)
		}
	}
}

// While another writes, SQLite is busy; Retry waits and tries again.
func TestSQLiteRetry(t *testing.T) {
	s := newShop(t)
	impatient := s.open("&_pragma=busy_timeout(0)")
	other, err := s.order(t.Context(), s.db, 1)
	require.NoError(t, err)
	attempts := 0
	err = txn.Run(t.Context(), s, func(ctx context.Context) error {
		return txn.Retry(ctx, 10, func(ctx context.Context) error {
			if attempts++; attempts == 3 {
				require.NoError(t, other.Commit())
			}
			tx := txn.FromContext(ctx)
			require.NoError(t, tx.Add(mail("confirmed")))
			sqlTx, err := s.order(ctx, impatient, 1)
			if err != nil {
				return err
			}
			defer sqlTx.Rollback()
			return tx.CommitWith(ctx, sqlTx)
		})
	})
	require.NoError(t, err)
	require.Equal(t, 3, attempts)
	s.requireRows(2, 1)
}
