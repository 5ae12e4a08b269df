package tag

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"sync"
)

// templateFiles is where a set's templates come from.
type templateFiles struct {
	config   Config
	fsys     fs.FS
	patterns []string

	mu  sync.Mutex
	sum [sha256.Size]byte // of the files as they were parsed
}

// Reload parses the templates again if a file of theirs has changed, has come or
// has gone since. Where that fails, with [Mistakes] or because a file cannot be
// read, the set stays as it was. It reads all files, so it is for development: call
// it before each request, or when a watcher says so. Executions that have begun end
// with the templates that they began with.
//
// A set made by [New] has no files and cannot be reloaded: that is an error.
func (s *Set) Reload() error {
	f := s.files
	if f == nil {
		return errors.New("tag: the set was made by New and has no files: parse it with ParseFS")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	sum, err := f.read()
	if err != nil {
		return fmt.Errorf("tag: %w", err)
	}
	if s.current.Load() != nil && sum == f.sum {
		return nil
	}
	compiled, err := f.parse()
	if err != nil {
		return err
	}
	f.sum = sum
	s.current.Store(compiled)
	return nil
}

// read returns a sum of all files.
func (f *templateFiles) read() (sum [sha256.Size]byte, err error) {
	files, err := match(f.fsys, f.patterns)
	if err != nil {
		return sum, err
	}
	hash := sha256.New()
	for _, file := range files {
		text, err := fs.ReadFile(f.fsys, file)
		if err != nil {
			return sum, err
		}
		fmt.Fprintf(hash, "%q %d\n%s", file, len(text), text)
	}
	return [sha256.Size]byte(hash.Sum(nil)), nil
}

func (f *templateFiles) parse() (*compiled, error) {
	var mistakes Mistakes
	t, err := f.config.load(f.fsys, f.patterns, &mistakes)
	if err != nil {
		return nil, err
	}
	return f.config.compile(t, &mistakes)
}
