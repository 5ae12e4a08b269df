package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// prepareFile returns the absolute path, and creates the file where there is none.
//
// It never opens a file that exists: on closing it again, the process would
// lose the locks that SQLite holds for other stores on the same file.
func prepareFile(path string) (string, error) {
	path, err := findFile(path)
	if path != "" && errors.Is(err, fs.ErrNotExist) {
		err = create(path)
		if err != nil {
			err = fmt.Errorf("queue/sqlite: cannot open %s: its folder must exist and be writable: %w", path, err)
		}
	}
	return path, err
}

// findFile returns the absolute path, and an error where no file is there.
func findFile(path string) (string, error) {
	if path == "" {
		return "", errors.New("queue/sqlite: the path of the database is empty")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("queue/sqlite: cannot find %s: %w", path, err)
	}
	info, err := os.Stat(absolute)
	switch {
	case err != nil:
		return absolute, fmt.Errorf("queue/sqlite: cannot open %s: %w", absolute, err)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("queue/sqlite: %s is not a file: name the database's file, not its folder", absolute)
	}
	return absolute, nil
}

// create makes an empty file, which is an empty database. Mail is private:
// SQLite gives the files that it puts beside it the same mode.
func create(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil // another process was faster
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// uri returns the data source name of a database file in a mode of SQLite's.
func uri(path, mode string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/mail.db
	}
	options := url.Values{
		"mode":          {mode},
		"_busy_timeout": {"30000"}, // milliseconds
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"on"},
		"_dqs":          {"0"},
		"_txlock":       {"immediate"}, // but for transactions that only read
		"_pragma": {
			"temp_store(MEMORY)",       // what a savepoint remembers, among others
			"wal_autocheckpoint(4000)", // pages: fewer fsyncs of the database itself
		},
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}
	return name.String()
}
