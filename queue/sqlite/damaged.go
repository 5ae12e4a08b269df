package sqlite

import (
	"slices"

	"github.com/go-mailhost/mailhost/queue"
)

// What follows scans numbers that a damaged row may hold. A scan that failed would
// keep every mail of its query from being claimed.

// A flag is a bool, of which any number but 0 is true.
type flag bool

func (f *flag) Scan(value any) error {
	n, _ := value.(int64)
	*f = n != 0
	return nil
}

// A small is an enumeration. What is none of it becomes unknown.
type small[T ~uint8] struct{ to *T }

const unknown = 255

// isState tells whether mail can stand there.
func isState(state queue.State) bool { return slices.Contains(queue.States[:], state) }

func (s small[T]) Scan(value any) error {
	n, ok := value.(int64)
	if !ok || n < 0 || n > unknown {
		n = unknown
	}
	*s.to = T(n)
	return nil
}
