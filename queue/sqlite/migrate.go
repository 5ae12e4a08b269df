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

//go:embed schema2.sql
var schema2 string

//go:embed upgrade1.sql
var upgrade1 string

//go:embed upgrade2.sql
var upgrade2 string

// A new database begins with the tables of this version, and is then upgraded.
const firstVersion = 2

// upgrades holds at n what makes version n+2 of the tables from version n+1.
var upgrades = []string{schema2 + upgrade1, upgrade2}

func newestVersion() int { return len(upgrades) + 1 }

// applicationID marks a file of our own: "MHmq". Its user_version is the
// tables' too, by which programs know it that look for the tables of version 1.
const applicationID = 0x4d486d71

// preparation returns prepareDatabase for a file of mail only, or for the
// application's.
func preparation(own bool) func(ctx context.Context, conn *sql.Conn) error {
	return func(ctx context.Context, conn *sql.Conn) error { return prepareDatabase(ctx, conn, own) }
}

// prepareDatabase checks that the database is ours, new, or where it is not to
// be our own, the application's, and brings our tables up to date. Two processes
// may do so at once.
func prepareDatabase(ctx context.Context, conn *sql.Conn, own bool) error {
	// SQLite does not wait for a lock where two processes change the journal
	// mode at once, but fails one of them.
	for deadline := time.Now().Add(30 * time.Second); ; {
		err := upToDate(ctx, conn, own)
		if !isCode(err, sqlite3.SQLITE_BUSY) || time.Now().After(deadline) {
			return err
		}
		<-time.After(10 * time.Millisecond)
	}
}

func upToDate(ctx context.Context, conn *sql.Conn, own bool) error {
	version, err := checkVersion(ctx, conn, own)
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
	for version < newestVersion() {
		if version, err = migrate(ctx, conn, own); err != nil {
			return err
		}
	}
	return nil
}

// marks is what a database says of itself, at one instant.
type marks struct {
	application, user int  // its application_id and user_version
	objects           int  // tables and the like
	ours              bool // has our table of versions
}

func readMarks(ctx context.Context, q rowQuerier) (m marks, err error) {
	err = q.QueryRowContext(ctx, `SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema),
		EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'mailhost_version')
		FROM pragma_application_id, pragma_user_version`).Scan(&m.application, &m.user, &m.objects, &m.ours)
	return m, err
}

// A rowQuerier is a connection or a transaction.
type rowQuerier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// checkVersion returns the version of our tables, 0 where there are none.
func checkVersion(ctx context.Context, q rowQuerier, own bool) (int, error) {
	m, err := readMarks(ctx, q)
	if err != nil {
		return 0, err
	}
	switch empty := m == (marks{}); {
	case own && m.application != applicationID && !empty:
		return 0, errors.New("it is another application's database: mail is kept in a file of its own, or use New")
	case !own && m.application == applicationID:
		return 0, errors.New("it is a file of mail only: use Open")
	}
	version := 0
	if m.ours {
		err = q.QueryRowContext(ctx, "SELECT version FROM mailhost_version").Scan(&version)
	} else if own {
		version = m.user
	}
	if version > newestVersion() {
		return 0, fmt.Errorf("it has version %d, and this program knows versions up to %d: use the newer program that wrote it",
			version, newestVersion())
	}
	return version, err
}

// migrate makes the next version of our tables, unless another process has, and
// returns which it is now.
func migrate(ctx context.Context, conn *sql.Conn, own bool) (int, error) {
	tx, err := conn.BeginTx(ctx, nil) // immediate, as _txlock says
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	version, err := checkVersion(ctx, tx, own)
	if err != nil || version >= newestVersion() {
		return version, err
	}
	script := schema2
	if version > 0 {
		script = upgrades[version-1]
	}
	version = max(version+1, firstVersion)
	script += fmt.Sprintf("; DELETE FROM mailhost_version; INSERT INTO mailhost_version VALUES (%d)", version)
	if own {
		script += fmt.Sprintf("; PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, version)
	}
	if _, err := tx.ExecContext(ctx, script); err != nil {
		return 0, err
	}
	return version, tx.Commit()
}

// isCode tells whether err is SQLite's error of that primary code.
func isCode(err error, code int) bool {
	var e *driver.Error
	return errors.As(err, &e) && e.Code()&0xff == code
}
