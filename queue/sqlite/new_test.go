package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/storetest"
)

// shopDB returns the handle of an application that has a table of its own, named
// like one of ours without its prefix.
func shopDB(t *testing.T, path string, options url.Values) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?"+options.Encode())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	_, err = db.Exec(`CREATE TABLE IF NOT EXISTS mail (id INTEGER PRIMARY KEY, amount INTEGER);
		PRAGMA user_version = 7; PRAGMA application_id = 8`)
	require.NoError(t, err)
	return db
}

// wellSet is how New wants the application's handle.
func wellSet() url.Values {
	return url.Values{
		"_txlock": {"immediate"},
		"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(30000)"},
	}
}

func newBeside(t *testing.T) (*sql.DB, *Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	db := shopDB(t, path, wellSet())
	s, err := New(db, path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return db, s, path
}

func TestStoreInTheApplicationsDatabase(t *testing.T) {
	var path string
	var db *sql.DB
	open := func(t *testing.T) queue.Store {
		store, err := New(db, path)
		require.NoError(t, err)
		return store
	}
	storetest.Suite{
		Open: func(t *testing.T) queue.Store {
			path = filepath.Join(t.TempDir(), "shop.db")
			db = shopDB(t, path, wellSet())
			return open(t)
		},
		Reopen: func(t *testing.T, store queue.Store) queue.Store {
			require.NoError(t, store.Close())
			return open(t)
		},
	}.Run(t)
}

func TestApplicationsOwnIsLeftAlone(t *testing.T) {
	db, s, path := newBeside(t)
	_, err := db.Exec("INSERT INTO mail VALUES (1, 100)")
	require.NoError(t, err)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 3)))
	var amount, user, application int
	require.NoError(t, db.QueryRow("SELECT amount, user_version, application_id FROM mail, pragma_user_version, pragma_application_id").
		Scan(&amount, &user, &application))
	require.Equal(t, []int{100, 7, 8}, []int{amount, user, application})

	_, err = Open(path)
	require.ErrorContains(t, err, "it is another application's database: mail is kept in a file of its own, or use New")
}

func TestHandlesThatNewRefuses(t *testing.T) {
	with := func(option string, values ...string) url.Values {
		options := wellSet()
		options[option] = values
		return options
	}
	for _, tt := range []struct {
		name    string
		options url.Values
		want    string
	}{
		{"transactions begin without the lock", with("_txlock", "deferred"), "open the handle with _txlock=immediate"},
		{"a journal that is deleted", with("_pragma", "journal_mode(DELETE)", "synchronous(FULL)"),
			"its journal mode is delete: open the handle with _pragma=journal_mode(WAL)"},
		{"commits that are not synced", with("_pragma", "journal_mode(WAL)", "synchronous(NORMAL)"),
			"open the handle with _pragma=synchronous(FULL)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "shop.db")
			db := shopDB(t, path, tt.options)
			_, err := New(db, path)
			require.ErrorContains(t, err, "queue/sqlite: cannot use the database at "+path+": ")
			require.ErrorContains(t, err, tt.want)
			var tables int
			require.NoError(t, db.QueryRow("SELECT count(*) FROM sqlite_schema").Scan(&tables))
			require.Equal(t, 1, tables, "nothing was made")
		})
	}
}

func TestNewWantsTheHandlesOwnFile(t *testing.T) {
	dir := t.TempDir()
	db := shopDB(t, filepath.Join(dir, "shop.db"), wellSet())
	other := filepath.Join(dir, "other.db")
	for range 2 { // missing, then there
		_, err := New(db, other)
		require.ErrorContains(t, err, `the handle's database is "`+filepath.Join(dir, "shop.db")+`": give New the path of that`)
		require.NoError(t, os.WriteFile(other, nil, 0o600))
	}
	_, err := New(nil, other)
	require.ErrorContains(t, err, "New needs the application's handle: use Open")
}

func TestNewRefusesAFileOfMailOnly(t *testing.T) {
	s, path := openNew(t)
	require.NoError(t, s.Close())
	db, err := sql.Open("sqlite", "file:"+path+"?"+wellSet().Encode())
	require.NoError(t, err)
	defer db.Close()
	_, err = New(db, path)
	require.ErrorContains(t, err, "it is a file of mail only: use Open")
}

// A handle of one connection can be used right after New, and beside the store.
func TestHandleOfOneConnection(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db := shopDB(t, path, wellSet())
	db.SetMaxOpenConns(1)
	s, err := New(db, path)
	require.NoError(t, err)
	defer s.Close()
	tx, err := db.Begin()
	require.NoError(t, err)
	_, err = tx.Exec("INSERT INTO mail VALUES (1, 100)")
	require.NoError(t, err)
	require.NoError(t, tx.Commit())
	require.NoError(t, s.Insert(t.Context(), newMails(0, 1)))

	tx, err = db.Begin()
	require.NoError(t, err)
	defer tx.Rollback()
	before := handleTimeout
	t.Cleanup(func() { handleTimeout = before })
	handleTimeout = 10 * time.Millisecond
	_, err = New(db, path)
	require.ErrorContains(t, err, "its handle gave no connection within 10ms: call New while no transaction holds it")
}

// With _txlock=immediate the application's transactions that read and then write
// get on with the store's writer.
func TestApplicationReadsAndWritesBesideTheStore(t *testing.T) {
	db, s, _ := newBeside(t)
	_, err := db.Exec("INSERT INTO mail VALUES (1, 0)")
	require.NoError(t, err)
	const callers, times = 3, 100
	ctx, stop := context.WithCancel(t.Context())
	var writer, all sync.WaitGroup
	writer.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			if err := s.Insert(context.Background(), newMails(n, n+1)); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range callers {
		all.Go(func() {
			for range times {
				if err := addOne(db); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	stop()
	writer.Wait()
	var amount int
	require.NoError(t, db.QueryRow("SELECT amount FROM mail").Scan(&amount))
	require.Equal(t, callers*times, amount)
	require.NotZero(t, total(t, s))
}

// addOne reads and then writes.
func addOne(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var amount int
	if err := tx.QueryRow("SELECT amount FROM mail").Scan(&amount); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE mail SET amount = ?", amount+1); err != nil {
		return fmt.Errorf("after a read: %w", err)
	}
	return tx.Commit()
}
