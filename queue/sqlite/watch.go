package sqlite

import (
	"errors"
	"fmt"
	"os"
)

// Watched files are those of an open database: its own, and its log, which holds
// the newest mails. SQLite would go on with one that was removed or replaced, and
// what it wrote would be gone with it (see "How To Corrupt An SQLite Database
// File", section 2).
type watchedFiles []watchedFile

type watchedFile struct {
	path string
	info os.FileInfo
}

// watch is called right after the database was opened and read, which makes the
// log. The log stays while a connection is open.
func watch(path string) (files watchedFiles, err error) {
	for _, path := range []string{path, path + "-wal"} {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		files = append(files, watchedFile{path, info})
	}
	return files, nil
}

// check returns an error where a path no longer leads to the file.
func (files watchedFiles) check() error {
	for _, f := range files {
		info, err := os.Stat(f.path)
		if err != nil {
			return fmt.Errorf("the file was removed or moved while it was open: put it back, or restart: %w", err)
		}
		if !os.SameFile(info, f.info) {
			return errors.New("the file was replaced while it was open: put the old one back, or restart")
		}
	}
	return nil
}
