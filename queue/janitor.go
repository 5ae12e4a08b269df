package queue

import "time"

// cleanInterval is how often the janitor looks for what has been kept for long
// enough.
const cleanInterval = time.Minute

// A janitor is the goroutine that drops what has been kept for long enough.
type janitor struct {
	*Queue
	fault // of the store
}

func (j *janitor) run() {
	tick := time.NewTicker(cleanInterval)
	defer tick.Stop()
	for {
		j.clean()
		select {
		case <-tick.C:
		case <-j.closing.Done():
			return
		}
	}
}

// clean drops one small batch after the other. Between two of them the store is
// left to others for as long as it was busy.
func (j *janitor) clean() {
	for j.closing.Err() == nil {
		begun := time.Now()
		n, err := j.store.Clean(j.closing, j.cfg.retention())
		if j.closing.Err() != nil {
			return
		}
		j.tell(j.Queue, err, "queue: cannot drop what has been kept for long enough; trying again every minute",
			"queue: what has been kept for long enough is dropped again")
		if err != nil || n == 0 {
			return
		}
		within(max(minWait, time.Since(begun)), j.closing.Done())
	}
}
