package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// New keeps mail in the application's own database, whose handle is db and whose
// file is at path, in tables whose names begin with "mailhost_". The store uses
// connections of its own, never db, which may hold one connection only; but New
// checks by db that the two get on, and says what to set where they do not:
//
//	db, err := sql.Open("sqlite", "file:shop.db?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(30000)")
//	store, err := sqlite.New(db, "shop.db")
//
// In WAL mode the application's readers and our writer do not wait for each
// other. Without synchronous=FULL the application's commits could be undone by a
// loss of power. And without _txlock=immediate a transaction of the application's
// that reads and then writes would fail whenever the store has written in between
// (SQLITE_BUSY, which no timeout helps against).
//
// db must not be in a transaction, or hold its only connection in use, for longer
// than 10 seconds.
func New(db *sql.DB, path string) (*Store, error) {
	if db == nil {
		return nil, errors.New("queue/sqlite: New needs the application's handle: use Open for a file of its own")
	}
	ctx, cancel := context.WithTimeout(background, handleTimeout)
	defer cancel()
	err := checkHandle(ctx, db, path)
	if err == nil {
		err = checkBegin(ctx, db, path)
	}
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("its handle gave no connection within %v: call New while no transaction holds it: %w", handleTimeout, err)
		}
		return nil, fmt.Errorf("queue/sqlite: cannot use the database at %s: %w", path, err)
	}
	if path, err = prepareFile(path); err != nil {
		return nil, err
	}
	return open(path, preparation(false))
}

// handleTimeout is how long New waits for a connection of the application's.
var handleTimeout = 10 * time.Second

// checkHandle checks what one connection of the application's says. It gives it
// back before it returns.
func checkHandle(ctx context.Context, db *sql.DB, path string) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var file, mode string
	var synchronous int
	err = conn.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file)
	if err != nil {
		return err
	}
	if !sameFile(file, path) {
		return fmt.Errorf("the handle's database is %q: give New the path of that", file)
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("its journal mode is %s: open the handle with _pragma=journal_mode(WAL)", mode)
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous); err != nil {
		return err
	}
	if synchronous < 2 { // FULL
		return errors.New("its commits could be undone by a loss of power: open the handle with _pragma=synchronous(FULL)")
	}
	return nil
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// checkBegin checks that the application's transactions take the lock for
// writing when they begin: while one is open, a connection of ours must be
// refused it. Another writer could be the reason too, but hardly each time.
func checkBegin(ctx context.Context, db *sql.DB, path string) error {
	ours, err := sql.Open("sqlite", uri(path, "rw")+"&_pragma=busy_timeout(0)")
	if err != nil {
		return err
	}
	defer ours.Close()
	for range 3 {
		err := beginBeside(ctx, db, ours)
		switch {
		case err == nil:
			return errors.New("its transactions begin without the lock for writing, and would fail beside the store's: open the handle with _txlock=immediate")
		case !isCode(err, sqlite3.SQLITE_BUSY):
			return err
		}
	}
	return nil
}

// beginBeside begins a transaction of ours while one of the application's is open.
func beginBeside(ctx context.Context, db, ours *sql.DB) error {
	theirs, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("its handle cannot begin a transaction: %w", err)
	}
	defer theirs.Rollback()
	tx, err := ours.BeginTx(ctx, nil) // immediate, as uri says
	if err == nil {
		err = tx.Rollback()
	}
	return err
}
