package sqlite

import (
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// minute returns the counters of the minute of now. They are gathered for a
// whole transaction, which writes them at its end.
func (w *writer) minute(now time.Time) *queue.Minute {
	at := now.UTC().Truncate(time.Minute)
	if !w.counted.At.Equal(at) {
		w.earlier = append(w.earlier, w.counted)
		w.counted = queue.Minute{At: at}
	}
	return &w.counted
}

// counters is what a transaction has counted so far.
type counters struct {
	counted queue.Minute
	earlier []queue.Minute // other minutes, of a transaction that outlasted them
}

// writeCounters stores what was counted, and forgets it.
func (w *writer) writeCounters() error {
	for _, m := range append(w.earlier, w.counted) {
		if m == (queue.Minute{At: m.At}) {
			continue
		}
		_, err := w.exec(`INSERT INTO mailhost_minute (at, queued, sent, deferred, failed) VALUES (?1, ?2, ?3, ?4, ?5)
			ON CONFLICT (at) DO UPDATE SET queued = queued + ?2, sent = sent + ?3, deferred = deferred + ?4, failed = failed + ?5`,
			m.At.UnixMicro(), m.In, m.Out, m.Deferred, m.Failed)
		if err != nil {
			return err
		}
	}
	return nil
}
