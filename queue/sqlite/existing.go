package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// OpenExisting opens the mail that an application keeps at path, by Open or by New,
// for a program beside it, such as an operator's. It makes no file and no table, and
// changes none: what another version of this package wrote is an error. The
// application may have it open or not.
func OpenExisting(path string) (*Store, error) {
	path, err := findFile(path)
	if err != nil {
		return nil, err
	}
	return open(path, checkExisting)
}

// checkExisting checks that the database has our tables, in this version.
func checkExisting(ctx context.Context, conn *sql.Conn) error {
	m, err := readMarks(ctx, conn)
	if err != nil {
		return err
	}
	own := m.application == applicationID
	if !own && !m.ours {
		return errors.New("it holds no queue: name the file in which the application keeps its mail")
	}
	version, err := checkVersion(ctx, conn, own)
	if err == nil && version < newestVersion() {
		err = fmt.Errorf("it has version %d, and this program needs version %d: start the application in the new version first, which brings it up to date",
			version, newestVersion())
	}
	if err != nil {
		return err
	}
	var mode string
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("its journal mode is %s, as that of a copy: open it with the application once, which sets WAL mode", mode)
	}
	return nil
}
