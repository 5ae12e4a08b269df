package sqlite

import (
	"bytes"
	"database/sql"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
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
	require.ErrorContains(t, err, "version 5")
}

//go:embed testdata/version1.sql
var version1 string

// makeVersion1 makes a file as the first version of this package left it: one
// mail to two recipients with a key that is sent, and one that waits.
func makeVersion1(t *testing.T, path string) {
	t.Helper()
	makeDatabase(t, path, version1+fmt.Sprintf(`; PRAGMA application_id = %d; PRAGMA user_version = 1;
		INSERT INTO mail (seq, id, identity, state, lane, route, due, attempts, queued, not_before, expires, sender, key, once, subject, meta, size, last)
		VALUES (3, 'a', 'digest', 6, 1, '', 5, 2, 6, 7, 8, 'shop@example.com', 'order-7', 0, 'Order', '{"order":"7"}', 4, 'taken'),
			(9, 'b', NULL, 1, 0, 'second', 5, 0, 6, 7, 4102444800000000, '', '', 1, 'Hello', '', 4, '');
		INSERT INTO body VALUES (3, x'61626364'), (9, x'61626364');
		INSERT INTO recipient (mail, place, address, state, text) VALUES
			(3, 0, 'ann@example.com', 1, 'taken'), (3, 1, 'bob@example.com', 1, ''), (9, 0, 'cid@example.com', 0, '');
		INSERT INTO route (name, down, last_error) VALUES ('', 1, 'refused'), ('second', 0, '')`, applicationID))
}

func TestFilesOfVersion1AreTakenOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail.db")
	makeVersion1(t, path)
	s := openAt(t, path)

	sent, err := s.Get(t.Context(), "a")
	require.NoError(t, err)
	require.Equal(t, queue.Sent, sent.State)
	require.Equal(t, "abcd", string(sent.Mail.Data))
	require.Equal(t, []string{"ann@example.com", "bob@example.com"}, sent.Mail.To)
	require.Equal(t, map[string]string{"order": "7"}, sent.Mail.Meta)
	require.Equal(t, "taken", sent.Last)
	require.Equal(t, 2, sent.Attempts)
	require.WithinDuration(t, time.Now(), sent.Due, time.Hour, "it is kept from now on")

	batch, _, err := s.Claim(t.Context(), everything)
	require.NoError(t, err)
	require.Len(t, batch.Mails, 1)
	require.Equal(t, "b", batch.Mails[0].ID)
	require.True(t, batch.Mails[0].Mail.Once)
	routes, err := s.Routes(t.Context())
	require.NoError(t, err)
	require.Equal(t, "refused", routes[0].LastError)
	require.NoError(t, s.write(t.Context(), func(w *writer) error {
		identities, err := collect(background, w, scanNumber, "SELECT at FROM mailhost_identity WHERE identity = 'digest' AND mail = 'a'")
		require.Equal(t, []int64{6}, identities)
		return err
	}))
}

//go:embed testdata/version2.sql
var version2 string

// makeVersion2 makes a file as the second version of this package left it: a mail that
// is sent, one that waits, and a mailer.
func makeVersion2(t *testing.T, path string) {
	t.Helper()
	makeDatabase(t, path, version2+inVersion2+fmt.Sprintf("; PRAGMA application_id = %d; PRAGMA user_version = 2", applicationID))
}

const inVersion2 = `;
	INSERT INTO mailhost_version VALUES (2);
	INSERT INTO mailhost_mail (seq, id, state, lane, route, due, attempts, queued, not_before, expires, sender, key, once, subject, meta, size, last)
	VALUES (3, 'a', 6, 1, '', 4102444800000000, 2, 6, 7, 8, 'shop@example.com', 'order-7', 0, 'Order', '{"order":"7"}', 4, 'taken'),
		(9, 'b', 1, 0, '', 5, 0, 6, 7, 4102444800000000, '', '', 1, 'Hello', '', 4, '');
	INSERT INTO mailhost_body VALUES (3, x'61626364'), (9, x'61626364');
	INSERT INTO mailhost_recipient (mail, place, address, state, text) VALUES
		(3, 0, 'ann@example.com', 1, 'taken'), (3, 1, 'bob@example.com', 1, ''), (9, 0, 'cid@example.com', 0, '');
	INSERT INTO mailhost_route (name) VALUES ('');
	INSERT INTO mailhost_heartbeat VALUES ('one', 'host 7', 5000000, 4102444800000000, 4102444800000000, 3, '', 4102444800000000)`

func TestFilesOfVersion2AreTakenOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail.db")
	makeVersion2(t, path)
	requireVersion2(t, openAt(t, path))
	requireVersion2(t, openAt(t, path)) // it is not done again
}

// The same in a database of the application's.
func TestTablesOfVersion2AreTakenOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	makeDatabase(t, path, "CREATE TABLE orders (id INTEGER);"+version2+inVersion2)
	db, err := sql.Open("sqlite", path+"?_pragma=journal_mode(WAL)&_txlock=immediate")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s, err := New(db, path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	requireVersion2(t, s)
}

// requireVersion2 checks that all is there that makeVersion2 made, and that what it
// lacked works.
func requireVersion2(t *testing.T, s *Store) {
	t.Helper()
	entries, next, err := s.Search(t.Context(), queue.Filter{}, queue.Page{})
	require.NoError(t, err)
	require.Empty(t, next)
	require.Len(t, entries, 2)
	sent, err := s.Get(t.Context(), "a")
	require.NoError(t, err)
	require.Equal(t, entries[1], sent.Entry)
	require.Equal(t, "abcd", string(sent.Mail.Data))
	require.Equal(t, "taken", sent.Recipients[0].Last.Text)
	require.Empty(t, sent.Mail.Transaction)
	totals, err := s.Totals(t.Context())
	require.NoError(t, err)
	require.Equal(t, -1, totals.Mailers[0].Connections, "it did not say")
	require.Equal(t, 3, totals.Mailers[0].Sending)
	shape, err := s.Shape(t.Context(), queue.AnyState, 0)
	require.NoError(t, err)
	require.Equal(t, 1, shape.Looked)
	require.Equal(t, "example.com", shape.Domains[0].Domain)
	before, err := s.Audits(t.Context(), 0, 0)
	require.NoError(t, err)
	require.NoError(t, s.Audit(t.Context(), queue.Audit{Who: "ann"}))
	after, err := s.Audits(t.Context(), 0, 0)
	require.NoError(t, err)
	require.Len(t, after, len(before)+1)
}

// A file that was taken over is the same as a new one.
func TestEveryWayLeadsToTheSameTables(t *testing.T) {
	fresh, _ := openNew(t)
	for _, make := range []func(t *testing.T, path string){makeVersion1, makeVersion2} {
		path := filepath.Join(t.TempDir(), "mail.db")
		make(t, path)
		require.Equal(t, tables(t, fresh), tables(t, openAt(t, path)))
	}
}

func tables(t *testing.T, s *Store) (scripts []string) {
	t.Helper()
	require.NoError(t, s.read(t.Context(), func(tx *sql.Tx) (err error) {
		scripts, err = collect(t.Context(), tx, func(rows *sql.Rows) (script string, err error) {
			return script, rows.Scan(&script)
		}, "SELECT type || name || coalesce(sql, '') FROM sqlite_schema ORDER BY 1")
		return err
	}))
	require.NotEmpty(t, scripts)
	return scripts
}

func TestStoresOpenedAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail.db")
	makeVersion1(t, path)
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
	require.Equal(t, 2+len(stores), total(t, stores[0]))
	for _, s := range stores {
		require.NoError(t, s.Close())
	}
}
