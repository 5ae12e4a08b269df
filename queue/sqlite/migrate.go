package sqlite

import (
	"context"
	"database/sql"
	_ "embed" // the schema
	"errors"
	"fmt"
	"time"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed schema1.sql
var schema1 string

// migrations holds at n what makes version n+1 of the database from version n.
var migrations = []string{schema1}

// applicationID marks a database as ours: "MHmq".
const applicationID = 0x4d486d71

// prepareDatabase checks that the database is ours or new, and brings it up to
// date. Two processes may do so at once.
func prepareDatabase(ctx context.Context, conn *sql.Conn) error {
	// SQLite does not wait for a lock where two processes change the journal
	// mode at once, but fails one of them.
	for deadline := time.Now().Add(30 * time.Second); ; {
		err := upToDate(ctx, conn)
		if !isCode(err, sqlite3.SQLITE_BUSY) || time.Now().After(deadline) {
			return err
		}
		<-time.After(10 * time.Millisecond)
	}
}

func upToDate(ctx context.Context, conn *sql.Conn) error {
	version, err := checkVersion(ctx, conn)
	if err != nil {
		return err
	}
	var mode string
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode=WAL").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("it cannot be put in WAL mode, only in %s: use a file on a local disk", mode)
	}
	for version < len(migrations) {
		if version, err = migrate(ctx, conn); err != nil {
			return err
		}
	}
	return nil
}

// checkVersion returns the version of the database, 0 of an empty one.
func checkVersion(ctx context.Context, conn *sql.Conn) (int, error) {
	var application, version, objects int
	// One statement, which sees the database at one instant.
	err := conn.QueryRowContext(ctx, `SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id, pragma_user_version`).Scan(&application, &version, &objects)
	switch {
	case err != nil:
		return 0, err
	case application == 0 && version == 0 && objects == 0:
		return 0, nil
	case application != applicationID:
		return 0, errors.New("it is another application's database: mail is kept in a file of its own")
	case version > len(migrations):
		return 0, fmt.Errorf("it has version %d, and this program knows versions up to %d: use the newer program that wrote it",
			version, len(migrations))
	}
	return version, nil
}

// migrate makes the next version of the database, unless another process has,
// and returns which it is now.
func migrate(ctx context.Context, conn *sql.Conn) (int, error) {
	tx, err := conn.BeginTx(ctx, nil) // immediate, as _txlock says
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil || version >= len(migrations) {
		return version, err
	}
	script := fmt.Sprintf("%s; PRAGMA application_id = %d; PRAGMA user_version = %d",
		migrations[version], applicationID, version+1)
	if _, err := tx.ExecContext(ctx, script); err != nil {
		return 0, err
	}
	return version + 1, tx.Commit()
}

// isCode tells whether err is SQLite's error of that primary code.
func isCode(err error, code int) bool {
	var e *driver.Error
	return errors.As(err, &e) && e.Code()&0xff == code
}
