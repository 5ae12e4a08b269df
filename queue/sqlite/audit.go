package sqlite

import (
	"context"
	"database/sql"
	"math"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// Audit adds a line to the log of what operators did: see [queue.Store].
func (s *Store) Audit(ctx context.Context, line queue.Audit) error {
	return s.write(ctx, func(w *writer) error {
		_, err := w.exec("INSERT INTO mailhost_audit (at, who, what, which, mails, error) VALUES (?, ?, ?, ?, ?, ?)",
			time.Now().UnixMicro(), line.Who, line.What, line.Which, line.Mails, line.Error)
		return err
	})
}

// Audits returns a page of that log: see [queue.Store].
func (s *Store) Audits(ctx context.Context, before int64, size int) (lines []queue.Audit, err error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	err = s.read(ctx, func(tx *sql.Tx) error {
		lines, err = collect(ctx, tx, func(rows *sql.Rows) (line queue.Audit, err error) {
			var at int64
			err = rows.Scan(&line.Number, &at, &line.Who, &line.What, &line.Which, &line.Mails, &line.Error)
			line.At = fromMicro(at)
			return line, err
		}, `SELECT number, at, who, what, which, mails, error FROM mailhost_audit
			WHERE number < ? ORDER BY number DESC LIMIT ?`, before, queue.Page{Size: size}.Limit())
		return err
	})
	return lines, err
}
