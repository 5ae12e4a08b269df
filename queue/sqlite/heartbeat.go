package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// Beat stores what a mailer says of itself: see [queue.Store].
func (s *Store) Beat(ctx context.Context, beat queue.Heartbeat) error {
	return s.write(ctx, func(w *writer) error {
		now := time.Now()
		_, err := w.exec(`INSERT INTO mailhost_heartbeat (mailer, process, tick, started, moved, sending, last_error, seen, connections)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (mailer) DO UPDATE SET
			process = ?2, tick = ?3, started = ?4, moved = ?5, sending = ?6, last_error = ?7, seen = ?8, connections = ?9`,
			beat.Mailer, beat.Process, beat.Interval.Microseconds(), now.Add(-beat.Started).UnixMicro(),
			now.Add(-beat.Moved).UnixMicro(), beat.Sending, beat.LastError, now.UnixMicro(), beat.Connections)
		return err
	})
}

func mailers(ctx context.Context, tx *sql.Tx, now int64) ([]queue.Heartbeat, error) {
	return collect(ctx, tx, func(rows *sql.Rows) (b queue.Heartbeat, err error) {
		var tick, started, moved, seen int64
		err = rows.Scan(&b.Mailer, &b.Process, &tick, &started, &moved, &b.Sending, &b.LastError, &seen, &b.Connections)
		b.Interval, b.Started = time.Duration(tick)*time.Microsecond, time.Duration(now-started)*time.Microsecond
		b.Moved, b.Seen = time.Duration(now-moved)*time.Microsecond, time.Duration(now-seen)*time.Microsecond
		return b, err
	}, "SELECT mailer, process, tick, started, moved, sending, last_error, seen, connections FROM mailhost_heartbeat ORDER BY mailer")
}
