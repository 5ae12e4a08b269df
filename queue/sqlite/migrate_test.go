package sqlite

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// makeDatabase makes a database with the driver alone.
func makeDatabase(t *testing.T, path string, script string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.Exec(script)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

func TestRefusedFilesAreLeftAsTheyAre(t *testing.T) {
	database := func(script string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) { makeDatabase(t, path, script) }
	}
	content := func(data []byte) func(t *testing.T, path string) {
		return func(t *testing.T, path string) { require.NoError(t, os.WriteFile(path, data, 0o600)) }
	}
	newer := fmt.Sprintf("it has version %d, and this program knows versions up to %d: use the newer program that wrote it",
		newestVersion()+1, newestVersion())
	for _, test := range []struct {
		name string
		make func(t *testing.T, path string)
		want string
	}{
		{"a word", content([]byte("hello")), "it is not an SQLite database: name another file"},
		{"a page of text", content(bytes.Repeat([]byte("hello\n"), 10_000)), "it is not an SQLite database: name another file"},
		{"zeros", content(make([]byte, 8192)), "it is not an SQLite database: name another file"},
		{"another's tables", database("CREATE TABLE orders (id INTEGER)"),
			"it is another application's database: mail is kept in a file of its own, or use New"},
		{"another's id", database("PRAGMA application_id = 7"), "it is another application's database"},
		{"another's version", database("PRAGMA user_version = 7"), "it is another application's database"},
		{"a newer version", database(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d",
			applicationID, newestVersion()+1)), newer},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "mail.db")
			test.make(t, path)
			before, err := os.ReadFile(path)
			require.NoError(t, err)

			_, err = Open(path)
			require.ErrorContains(t, err, "queue/sqlite: cannot open "+path+": "+test.want)

			after, err := os.ReadFile(path)
			require.NoError(t, err)
			require.True(t, bytes.Equal(before, after), "the file was changed")
			files, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Len(t, files, 1, "something was left beside it")
		})
	}
}

func TestDatabaseIsMarked(t *testing.T) {
	s, _ := openNew(t)
	for pragma, want := range map[string]string{
		"application_id": fmt.Sprint(applicationID), "user_version": fmt.Sprint(newestVersion()), "journal_mode": "wal",
		"synchronous": "2", "foreign_keys": "1", "busy_timeout": "30000",
	} {
		var got string
		require.NoError(t, s.write(t.Context(), func(w *writer) error {
			return w.conn.QueryRowContext(background, "PRAGMA "+pragma).Scan(&got)
		}))
		require.Equal(t, want, got, pragma)
	}
}

// A migration that fails leaves the version before it.
func TestMigrationsAreAtomic(t *testing.T) {
	s, path := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 1)))
	require.NoError(t, s.Close())

	known := upgrades
	t.Cleanup(func() { upgrades = known })
	upgrades = append(known[:len(known):len(known)], "CREATE TABLE half (x INTEGER); CREATE TABLE half (x INTEGER)")
	_, err := Open(path)
	require.ErrorContains(t, err, "half")

	upgrades = append(known[:len(known):len(known)], "CREATE TABLE half (x INTEGER)", "DROP TABLE half")
	require.Equal(t, 1, total(t, openAt(t, path)), "both are made up for")

	upgrades = known
	_, err = Open(path)
	require.ErrorContains(t, err, "version 4")
}

func TestStoresOpenedAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail.db")
	stores, errs := make([]*Store, 8), make(chan error)
	for i := range stores {
		go func() {
			var err error
			stores[i], err = Open(path)
			errs <- err
		}()
	}
	for range stores {
		require.NoError(t, <-errs)
	}
	for i, s := range stores {
		require.NoError(t, s.Insert(t.Context(), newMails(i, i+1)))
	}
	require.Equal(t, len(stores), total(t, stores[0]))
	for _, s := range stores {
		require.NoError(t, s.Close())
	}
}
