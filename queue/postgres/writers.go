package postgres

import "sync"

// writers numbers the transactions that are under way at once, from 0, so that no
// two count in the same row of the table minute and wait for each other.
type writers struct {
	mu   sync.Mutex
	busy []bool
}

// take returns the lowest number that is free.
func (w *writers) take() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, busy := range w.busy {
		if !busy {
			w.busy[i] = true
			return i
		}
	}
	w.busy = append(w.busy, true)
	return len(w.busy) - 1
}

func (w *writers) release(i int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy[i] = false
}
