package queue

import (
	"context"
	"time"
)

// cleanInterval is how often the janitor looks for what has been kept for long
// enough.
const cleanInterval = time.Minute

// A janitor is the goroutine that drops what has been kept for long enough.
type janitor struct {
	*Queue
	failing bool // and has said so
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
		j.tell(err)
		if err != nil || n == 0 {
			return
		}
		wait(j.closing, max(minWait, time.Since(begun)))
	}
}

// tell logs a fault once, until it has passed.
func (j *janitor) tell(err error) {
	switch {
	case err != nil && !j.failing:
		j.pulse.fault(err)
		j.cfg.Logger.Error("queue: cannot drop what has been kept for long enough; trying again every minute", "error", err)
	case err == nil && j.failing:
		j.cfg.Logger.Info("queue: what has been kept for long enough is dropped again")
	}
	j.failing = err != nil
}

// wait returns after d, or when ctx ends.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
