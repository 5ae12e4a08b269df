package host

import (
	"sync"
	"time"
)

// How long a host rests after its first failure, and at most.
const (
	minRest = 30 * time.Second
	maxRest = 5 * time.Minute
)

// A rest is what is known of a host that has failed. The zero rest has ended.
type rest struct {
	failures int // in a row
	until    time.Time
}

// A roster says which of several hosts is to be tried.
type roster struct {
	mu    sync.Mutex
	rests []rest
}

// next returns the first host that was not tried and does not rest; where none was
// tried and all rest, the one whose rest ends first.
func (r *roster) next(tried []bool) (n int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, soonest, none := time.Now(), 0, true
	for n, rest := range r.rests {
		if !tried[n] && !rest.until.After(now) {
			return n, true
		}
		none = none && !tried[n]
		if rest.until.Before(r.rests[soonest].until) {
			soonest = n
		}
	}
	return soonest, none
}

func (r *roster) failures(n int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rests[n].failures
}

// counted is what a Send knows of failures once it has seen one itself: the others
// of its batch are the same event.
const counted = -1

// note takes note of what host n said of a mail, and returns how many failures the
// Send knows of now. seen is how many it knew of: a failure that another Send has
// noted since is the same event, and does not count again.
func (r *roster) note(n, seen int, reports []Report) int {
	failed, answered := false, false
	for _, report := range reports {
		failed = failed || report.Outcome == Unreachable
		answered = answered || report.Outcome == Delivered || report.Code != 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	host := &r.rests[n]
	switch {
	case failed:
		if seen == host.failures {
			host.until = time.Now().Add(restAfter(host.failures))
			host.failures++
		}
		return counted
	case answered:
		*host = rest{}
		return 0
	}
	return seen
}

func restAfter(failures int) time.Duration {
	pause := minRest
	for range failures {
		if pause = 2 * pause; pause >= maxRest {
			return maxRest
		}
	}
	return pause
}
