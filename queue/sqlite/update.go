package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// updateBatch is how many mails an Update looks at, and a Clean drops.
const updateBatch = 500

// Update changes mails: see [queue.Store]. It looks for them beside the writer,
// which then looks again at those few, so that it is not kept from its work.
func (s *Store) Update(ctx context.Context, filter queue.Filter, change queue.Change, after string) (n int, next string, err error) {
	seqs, next, err := s.matching(ctx, filter, after)
	if err != nil || len(seqs) == 0 {
		return 0, "", err
	}
	err = s.write(ctx, func(w *writer) error {
		n, err = w.update(encodeSeqs(seqs), filter, change, time.Now())
		return err
	})
	if err != nil {
		return 0, "", err
	}
	return n, next, nil
}

// matching returns a batch of what the filter matches after an id, and the id
// from which to go on.
func (s *Store) matching(ctx context.Context, filter queue.Filter, after string) (seqs []int64, next string, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		where, args := condition(filter, time.Now().UnixMicro())
		var last string
		seqs, err = collect(ctx, tx, func(rows *sql.Rows) (seq int64, err error) {
			return seq, rows.Scan(&seq, &last)
		}, "SELECT seq, id FROM mailhost_mail WHERE "+where+" AND id > ? ORDER BY id LIMIT ?", append(args, after, updateBatch)...)
		if len(seqs) == updateBatch {
			next = last
		}
		return err
	})
	return seqs, next, err
}

func (w *writer) update(list string, filter queue.Filter, change queue.Change, now time.Time) (int, error) {
	eligible, args := eligible(change.Operation, now.UnixMicro())
	where, more := condition(filter, now.UnixMicro())
	args = append(append([]any{list}, args...), more...)
	// By the connection, not the writer, which would keep the statement.
	seqs, err := collect(background, w.conn, scanNumber, `SELECT seq FROM mailhost_mail
		WHERE seq IN (SELECT value FROM json_each(?)) AND NOT leased AND `+eligible+" AND "+where, args...)
	if err != nil || len(seqs) == 0 {
		return 0, err
	}
	return len(seqs), w.operate(encodeSeqs(seqs), change, now)
}

// eligible returns the SQL for what [queue.Operation.Applies] says of mail on
// which nobody has a lease.
func eligible(o queue.Operation, now int64) (string, []any) {
	switch o {
	case queue.OperationRetry:
		return `(state = 1 AND due > ? OR state IN (4, 5))
			AND EXISTS (SELECT 1 FROM mailhost_recipient r WHERE r.mail = seq AND r.state <> 1)`, []any{now}
	case queue.OperationHold, queue.OperationReschedule:
		return "state = 1", nil
	case queue.OperationRelease:
		return "state = 3", nil
	case queue.OperationDelete:
		return "true", nil
	}
	return "false", nil
}

// operate does the operation to all mails of the list.
func (w *writer) operate(list string, change queue.Change, now time.Time) error {
	const these = " WHERE seq IN (SELECT value FROM json_each(?1))"
	var err error
	switch change.Operation {
	case queue.OperationHold:
		_, err = w.exec("UPDATE mailhost_mail SET state = 3"+these, list)
	case queue.OperationRelease:
		_, err = w.exec("UPDATE mailhost_mail SET state = 1"+these, list)
	case queue.OperationDelete:
		_, err = w.exec("DELETE FROM mailhost_mail"+these, list)
	case queue.OperationRetry:
		// 1 is queue.RecipientDelivered, 5 host.Uncertain.
		_, err = w.exec(`UPDATE mailhost_mail SET alone = 1`+these+` AND EXISTS (
			SELECT 1 FROM mailhost_recipient WHERE mail = seq AND state <> 1 AND outcome = 5)`, list)
		if err != nil {
			return err
		}
		_, err = w.exec(`UPDATE mailhost_recipient SET state = 0
			WHERE mail IN (SELECT value FROM json_each(?1)) AND state <> 1`, list)
		if err != nil {
			return err
		}
		fallthrough
	case queue.OperationReschedule:
		due := now.Add(max(0, change.In))
		_, err = w.exec("UPDATE mailhost_mail SET state = 1, awaits = 0, due = ?2, expires = max(expires, ?3)"+these,
			list, due.UnixMicro(), due.Add(change.Lifetime).UnixMicro())
	}
	return err
}
