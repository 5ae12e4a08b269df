package sqlite

import (
	"context"
	"database/sql"

	"github.com/go-mailhost/mailhost/queue"
)

// remember adds an attempt to a mail's history, as the number-th that was
// counted, and drops the one that is too many then.
func (w *writer) remember(seq int64, number int, a queue.Attempt) error {
	_, err := w.exec(`INSERT INTO mailhost_attempt (mail, number, at, recipients, delivered,
			reported, outcome, code, enhanced, text, relay, alarm)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		seq, number, a.At.UnixMicro(), a.Recipients, a.Delivered,
		a.Report.To, a.Report.Outcome, a.Report.Code, a.Report.Enhanced, a.Report.Text, a.Report.Relay, a.Report.Alarm)
	if err == nil && number > queue.HistoryLength {
		_, err = w.exec("DELETE FROM mailhost_attempt WHERE mail = ? AND number <= ?", seq, number-queue.HistoryLength)
	}
	return err
}

// history returns a mail's attempts, in order.
func history(ctx context.Context, q querier, seq int64) ([]queue.Attempt, error) {
	return collect(ctx, q, func(rows *sql.Rows) (a queue.Attempt, err error) {
		var at int64
		err = rows.Scan(&at, &a.Recipients, &a.Delivered, &a.Report.To, &a.Report.Outcome, &a.Report.Code,
			&a.Report.Enhanced, &a.Report.Text, &a.Report.Relay, &a.Report.Alarm)
		a.At = fromMicro(at)
		return a, err
	}, `SELECT at, recipients, delivered, reported, outcome, code, enhanced, text, relay, alarm
		FROM mailhost_attempt WHERE mail = ? ORDER BY number`, seq)
}
