package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/storetest"
)

func begin(t *testing.T, db *sql.DB) *sql.Tx {
	t.Helper()
	tx, err := db.BeginTx(context.Background(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

func TestTxStore(t *testing.T) {
	var db *sql.DB
	suite := storetest.TxSuite{
		Open: func(t *testing.T) queue.TxStore {
			var s *Store
			path := filepath.Join(t.TempDir(), "shop.db")
			db = shopDB(t, path, wellSet())
			s, err := New(db, path)
			require.NoError(t, err)
			return s
		},
		Begin: func(t *testing.T, _ queue.TxStore) storetest.Tx {
			tx := begin(t, db)
			return storetest.Tx{Tx: tx, Commit: tx.Commit, Rollback: tx.Rollback}
		},
	}
	t.Run("the application's handle", suite.Run)

	suite.Open = func(t *testing.T) queue.TxStore {
		path := filepath.Join(t.TempDir(), "mail.db")
		s, err := Open(path)
		require.NoError(t, err)
		db = handle(t, path, wellSet())
		return s
	}
	t.Run("another handle on a file of mail", suite.Run)
}

// handle opens a file that is there.
func handle(t *testing.T, path string, options url.Values) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?"+options.Encode())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestMailAndDataAreOneFact(t *testing.T) {
	db, s, _ := newBeside(t)
	tx := begin(t, db)
	_, err := tx.Exec("INSERT INTO mail VALUES (1, 100)")
	require.NoError(t, err)
	require.NoError(t, s.InsertTx(t.Context(), tx, newMails(0, 2)))
	require.Zero(t, total(t, s))
	require.NoError(t, tx.Commit())
	require.Equal(t, 2, total(t, s))
	var amount int
	require.NoError(t, db.QueryRow("SELECT amount FROM mail").Scan(&amount))
	require.Equal(t, 100, amount)
}

// A transaction whose mail was refused can go on, without any of it.
func TestTransactionGoesOnAfterARefusal(t *testing.T) {
	db, s, _ := newBeside(t)
	_, err := db.Exec("CREATE TRIGGER no BEFORE INSERT ON mailhost_body WHEN new.mail = 2 BEGIN SELECT RAISE(ABORT, 'no room'); END")
	require.NoError(t, err)
	tx := begin(t, db)
	_, err = tx.Exec("INSERT INTO mail VALUES (1, 100)")
	require.NoError(t, err)
	require.ErrorContains(t, s.InsertTx(t.Context(), tx, newMails(0, 3)), "no room")
	require.NoError(t, tx.Commit())
	require.Zero(t, total(t, s))
	var amount int
	require.NoError(t, db.QueryRow("SELECT amount FROM mail").Scan(&amount))
	require.Equal(t, 100, amount)
}

func TestTransactionsThatInsertTxRefuses(t *testing.T) {
	db, s, path := newBeside(t)
	other := shopDB(t, filepath.Join(t.TempDir(), "other.db"), wellSet())
	other.SetMaxOpenConns(1)
	_, err := other.Exec("ATTACH DATABASE ? AS mail", path)
	require.NoError(t, err)
	loose := wellSet()
	loose["_pragma"] = []string{"journal_mode(WAL)", "synchronous(NORMAL)"}
	memory, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, memory.Close()) })
	ended := begin(t, db)
	require.NoError(t, ended.Rollback())
	for _, tt := range []struct {
		name string
		tx   func() any
		want string
	}{
		{"no transaction", func() any { return db }, "queue/sqlite: a *sql.DB is no transaction of SQLite: give a *sql.Tx that is open"},
		{"nil", func() any { return (*sql.Tx)(nil) }, "is no transaction of SQLite"},
		{"another database", func() any { return begin(t, other) }, `other.db": begin it on that of the store, at ` + path},
		{"a database in memory", func() any { return begin(t, memory) }, `the transaction is on the database "": begin it on that of the store`},
		{"not synced", func() any { return begin(t, handle(t, path, loose)) }, "open its handle with _pragma=synchronous(FULL)"},
		{"ended", func() any { return ended }, sql.ErrTxDone.Error()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tx := tt.tx()
			require.ErrorContains(t, s.InsertTx(t.Context(), tx, newMails(0, 1)), tt.want)
			if tx, ok := tx.(*sql.Tx); ok && tx != nil {
				_ = tx.Commit()
			}
			require.Zero(t, total(t, s))
		})
	}
	require.NoError(t, s.Close())
	require.EqualError(t, s.InsertTx(t.Context(), begin(t, db), newMails(0, 1)), "queue/sqlite: the store is closed")
}

// A heardHost tells what it was given to send.
type heardHost chan string

func (h heardHost) Send(_ context.Context, batch []*host.Envelope, done func(i int, reports []host.Report)) {
	for i, e := range batch {
		h <- e.ID
		done(i, []host.Report{{To: e.To[0], Outcome: host.Delivered, Code: 250}})
	}
}

// Nobody signals, the tick is an hour away, and the mail goes at once: at most as
// long after the commit as SQLite sleeps between two looks at a lock, 100 ms.
func TestMailerWakesWhenTheApplicationCommits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db := shopDB(t, path, wellSet())
	s, err := New(db, path)
	require.NoError(t, err)
	sent := make(heardHost, 10)
	q, err := queue.Open(s, sent, queue.Config{Interval: time.Hour, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, q.Close(context.Background())) })
	fastest := time.Hour
	for range 10 {
		m := newMail(0)
		m.ID, m.Lane = "", queue.Immediate
		tx := begin(t, db)
		require.NoError(t, q.CommitTx(t.Context(), tx, m))
		_, err := tx.Exec("INSERT INTO mail (amount) VALUES (100)")
		require.NoError(t, err)
		require.Empty(t, sent)
		require.NoError(t, tx.Commit())
		start := time.Now()
		select {
		case id := <-sent:
			require.Equal(t, m.ID, id)
		case <-time.After(30 * time.Second):
			require.Fail(t, "the mail was slept on")
		}
		fastest = min(fastest, time.Since(start))
	}
	require.Less(t, fastest, 150*time.Millisecond)
	t.Logf("the fastest of 10 took %v from the commit", fastest)
}

// transactAndDie is a process that is killed by kill -9 right after, or right before,
// the application's commit of an order and its mail, and before anybody signals. It
// prints the mail's id.
func transactAndDie(path string, commits bool) error {
	db, err := sql.Open("sqlite", "file:"+path+"?"+wellSet().Encode())
	if err != nil {
		return err
	}
	s, err := New(db, path)
	if err != nil {
		return err
	}
	q, err := queue.Open(s, nil, queue.Config{})
	if err != nil {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if _, err := tx.Exec("INSERT INTO mail (amount) VALUES (100)"); err != nil {
		return err
	}
	m := newMail(0)
	m.ID, m.Lane = "", queue.Immediate
	if err := q.CommitTx(context.Background(), tx, m); err != nil {
		return err
	}
	fmt.Println(m.ID)
	if commits {
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	return errors.Join(self.Kill(), <-make(chan error))
}

func TestProcessIsKilledAtTheApplicationsCommit(t *testing.T) {
	for role, orders := range map[string]int{"transact and commit": 1, "transact": 0} {
		t.Run(role, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "shop.db")
			db := shopDB(t, path, wellSet())
			process, output := start(t, role, path)
			id, err := io.ReadAll(output)
			require.NoError(t, err)
			require.ErrorContains(t, process.Wait(), "killed")

			var n int
			require.NoError(t, db.QueryRow("SELECT count(*) FROM mail").Scan(&n))
			require.Equal(t, orders, n)
			s, err := New(db, path)
			require.NoError(t, err)
			require.Equal(t, orders, total(t, s), "order and mail are one fact")
			sent := make(heardHost, 10)
			q, err := queue.Open(s, sent, queue.Config{Interval: time.Hour, Logger: slog.New(slog.DiscardHandler)})
			require.NoError(t, err)
			if orders > 0 {
				require.Equal(t, strings.TrimSpace(string(id)), <-sent)
			}
			require.NoError(t, q.Close(t.Context()))
			require.Empty(t, sent)
		})
	}
}
