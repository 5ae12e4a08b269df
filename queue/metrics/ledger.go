package metrics

import (
	"sync"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// A ledger makes counters, which never fall, of the store's minutes, which are
// kept for a day. What was there at the first look is not counted: Prometheus
// would take it for new where a process was restarted.
type ledger struct {
	mu    sync.Mutex
	seen  map[time.Time]queue.Minute // nil before the first look
	total queue.Minute
}

// add returns what has been counted in all.
func (l *ledger) add(minutes []queue.Minute) queue.Minute {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := make(map[time.Time]queue.Minute, len(minutes))
	for _, m := range minutes {
		at := m.At.UTC() // the same key for the same instant
		before := l.seen[at]
		// A look that was overtaken by another knows less: nothing is uncounted.
		m.In, m.Out = max(m.In, before.In), max(m.Out, before.Out)
		m.Deferred, m.Failed = max(m.Deferred, before.Deferred), max(m.Failed, before.Failed)
		if l.seen != nil {
			l.total.In += m.In - before.In
			l.total.Out += m.Out - before.Out
			l.total.Deferred += m.Deferred - before.Deferred
			l.total.Failed += m.Failed - before.Failed
		}
		now[at] = m
	}
	l.seen = now
	return l.total
}
