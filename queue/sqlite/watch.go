package sqlite

import (
	"errors"
	"fmt"
	"os"
)

// A watchedFile is the file of an open database. SQLite would go on with one
// that was removed or replaced, and what it wrote would be gone with it (see
// "How To Corrupt An SQLite Database File", section 2).
type watchedFile struct {
	path string
	info os.FileInfo
}

// watch is called right after the file was opened.
func watch(path string) (*watchedFile, error) {
	info, err := os.Stat(path)
	return &watchedFile{path, info}, err
}

// check returns an error where the path no longer leads to the file.
func (f *watchedFile) check() error {
	info, err := os.Stat(f.path)
	if err != nil {
		return fmt.Errorf("the file was removed or moved while it was open: put it back, or restart: %w", err)
	}
	if !os.SameFile(info, f.info) {
		return errors.New("the file was replaced while it was open: put the old one back, or restart")
	}
	return nil
}
