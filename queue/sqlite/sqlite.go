// Package sqlite keeps mail in an SQLite database on a local disk. It is the
// store for one machine. Mostly the database is a file of its own:
//
//	store, err := sqlite.Open("/var/lib/shop/mail.db")
//	q, err := queue.Open(store, h, queue.Config{})
//
// [New] keeps mail in the application's own SQLite database instead, beside its
// tables: one file to back up, and what both write waits for one lock.
//
// What Insert has returned nil for is on disk: the database runs in WAL mode
// with synchronous=FULL, and survives the process being killed and the machine
// losing its power. One goroutine writes; the calls that wait for it while it
// commits share its next transaction and so its next fsync, so that many
// callers at once cost little more than one.
//
// Several processes may open one file. Leases, fencing numbers and the states of
// routes hold among them, as long as they share a machine, and so a clock.
//
// A write for which there is no room, or which the disk fails, is an error, and
// leaves nothing behind; it can be repeated. Where the file is removed, moved or
// replaced while it is open, every call fails until it is back.
//
// Mail and data are two facts where each has a transaction of its own: a process
// that dies between the application's commit and the queue's leaves an order whose
// confirmation was never queued. In one database, commit them as one: see InsertTx.
// Else commit the mail last, with a Key, and repeat what has no outcome.
//
// What not to do: do not put the file in a network folder, where SQLite's locks
// do not hold; do not put other tables into a file that Open made; and do not
// copy it alone while it is open, for the newest mails are in the file beside it
// that ends in -wal (VACUUM INTO makes a copy that is whole).
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/go-mailhost/mailhost/queue"
)

// A Store is a [queue.Store] in an SQLite database. Its methods' errors begin
// with "queue/sqlite: ", but for [queue.ErrNotFound] and those about a mail that
// no store takes. A call waits up to 30 seconds for another process that
// is writing, or until its context ends.
type Store struct {
	requests chan *request
	closing  chan struct{} // closed by Close
	stopped  chan error    // gets one, when the writer has ended
	close    sync.Once
	writes   *sql.DB // of one connection, which is the writer's
	reads    *sql.DB
	path     string
	file     watchedFiles
	heard    chan struct{} // of capacity 1: see Signals
}

var (
	_ queue.TxStore   = (*Store)(nil)
	_ queue.Signaller = (*Store)(nil)
)

var errClosed = errors.New("queue/sqlite: the store is closed")

// Open opens the database at path, and creates it where there is none, readable
// by its owner only. The folder must exist. A file that is not a database, or
// is another application's, or was written by a newer version of this package,
// is an error, and is left as it is.
//
// path is the name of a file, not a URI; SQLite's ":memory:" means nothing here.
// For tests there is [queue.Memory].
func Open(path string) (*Store, error) {
	path, err := prepareFile(path)
	if err != nil {
		return nil, err
	}
	return open(path, preparation(true))
}

// open opens our tables in a file that is there, by a connection that was prepared.
func open(path string, prepare func(ctx context.Context, conn *sql.Conn) error) (*Store, error) {
	s := &Store{
		requests: make(chan *request),
		closing:  make(chan struct{}),
		stopped:  make(chan error),
		path:     path,
		heard:    make(chan struct{}, 1),
	}
	if err := s.connect(path, prepare); err != nil {
		if isCode(err, sqlite3.SQLITE_NOTADB) {
			err = errors.New("it is not an SQLite database: name another file")
		}
		return nil, fmt.Errorf("queue/sqlite: cannot open %s: %w", path, err)
	}
	return s, nil
}

// connect opens the handles and starts the writer.
func (s *Store) connect(path string, prepare func(ctx context.Context, conn *sql.Conn) error) (err error) {
	// mode=rw: a file that has been deleted since is an error.
	if s.writes, err = sql.Open("sqlite", uri(path, "rw")); err != nil {
		return err
	}
	s.writes.SetMaxOpenConns(1)
	conn, err := s.writes.Conn(background)
	if err != nil {
		return errors.Join(err, s.writes.Close())
	}
	w := newWriter(conn)
	if err = prepare(background, conn); err == nil {
		if s.file, err = watch(path); err == nil {
			s.reads, err = sql.Open("sqlite", uri(path, "ro"))
		}
	}
	if err != nil {
		return errors.Join(err, conn.Close(), s.writes.Close())
	}
	w.file = s.file
	s.reads.SetMaxOpenConns(4)
	s.reads.SetMaxIdleConns(4)
	go func() {
		w.run(s.requests, s.closing)
		s.stopped <- errors.Join(w.close(), conn.Close())
	}()
	return nil
}

// Close waits for the calls that the writer has taken on; those that come later
// are refused. A second Close does nothing.
func (s *Store) Close() error {
	var err error
	s.close.Do(func() {
		close(s.closing)
		stopped := <-s.stopped
		// The writer's handle last: SQLite clears away the -wal file with it.
		err = errors.Join(stopped, s.reads.Close(), s.writes.Close())
	})
	return err
}
