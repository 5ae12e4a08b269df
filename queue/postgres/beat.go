package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/queue"
)

const beatQuery = clockOnly + `
	INSERT INTO mailhost.heartbeat (mailer, process, tick, started, moved, sending, last_error, connections, seen)
	SELECT $1, $2, $3, now - $4::int8 * interval '1 microsecond', now - $5::int8 * interval '1 microsecond', $6, $7, $8, now
	FROM clock
	ON CONFLICT (mailer) DO UPDATE SET process = excluded.process, tick = excluded.tick, started = excluded.started,
		moved = excluded.moved, sending = excluded.sending, last_error = excluded.last_error,
		connections = excluded.connections, seen = excluded.seen`

// Beat stores a heartbeat: see [queue.Store].
func (s *Store) Beat(ctx context.Context, beat queue.Heartbeat) error {
	return s.exec(ctx, beatQuery, text(beat.Mailer), text(beat.Process), micro(beat.Interval), micro(beat.Started),
		micro(beat.Moved), beat.Sending, text(beat.LastError), beat.Connections)
}

func scanBeat(row pgx.CollectableRow) (b queue.Heartbeat, err error) {
	var now, started, moved, seen time.Time
	var tick int64
	err = row.Scan(&now, &b.Mailer, &b.Process, &tick, &started, &moved, &b.Sending, &b.LastError, &b.Connections, &seen)
	b.Interval = time.Duration(tick) * time.Microsecond
	b.Started, b.Moved, b.Seen = now.Sub(started), now.Sub(moved), now.Sub(seen)
	return b, err
}
