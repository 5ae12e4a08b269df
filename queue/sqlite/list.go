package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// Count returns how many mails stand where: see [queue.Store]. It takes some
// tenths of a second for a million.
func (s *Store) Count(ctx context.Context, filter queue.Filter) (map[queue.State]int, error) {
	counts := map[queue.State]int{}
	err := s.read(ctx, func(tx *sql.Tx) error {
		query, args := countQuery(filter, time.Now().UnixMicro())
		_, err := collect(ctx, tx, func(rows *sql.Rows) (all int, err error) {
			var (
				state    queue.State
				deferred int
			)
			err = rows.Scan(small[queue.State]{&state}, &all, &deferred)
			if isState(state) { // a damaged row is counted nowhere
				counts[state] = all - deferred
				counts[queue.Deferred] += deferred
			}
			return all, err
		}, query, args...)
		return err
	})
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(counts, func(_ queue.State, n int) bool { return n == 0 })
	return counts, nil
}

// countQuery counts by the stored state, and what of it is deferred.
func countQuery(filter queue.Filter, now int64) (string, []any) {
	where, args := condition(filter, now)
	return `SELECT state, count(*), sum(state = 1 AND NOT leased AND due > ?)
		FROM mailhost_mail WHERE ` + where + " GROUP BY state", append([]any{now}, args...)
}

// Get returns one mail: see [queue.Store].
func (s *Store) Get(ctx context.Context, id string) (record *queue.Record, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		rows, err := collect(ctx, tx, scanMail, "SELECT "+mailColumns+" FROM mailhost_mail WHERE id = ?", id)
		if err != nil || len(rows) == 0 {
			return err
		}
		record, err = readRecord(ctx, tx, rows[0])
		return err
	})
	if err == nil && record == nil {
		err = queue.ErrNotFound
	}
	return record, err
}

func readRecord(ctx context.Context, tx *sql.Tx, row *mailRow) (*queue.Record, error) {
	record := &queue.Record{Entry: row.entry(time.Now().UnixMicro())}
	record.Mail, _ = row.mail() // what cannot be decoded is shown too
	var err error
	if record.Recipients, err = recipients(ctx, tx, row.seq); err != nil {
		return nil, err
	}
	for i, r := range record.Recipients {
		if i == 0 {
			record.Entry.To = r.To
		}
		record.Mail.To = append(record.Mail.To, r.To)
	}
	record.Entry.Recipients = len(record.Recipients)
	if record.History, err = history(ctx, tx, row.seq); err != nil {
		return nil, err
	}
	record.Mail.Data, err = data(ctx, tx, row.seq)
	return record, err
}

// read runs what reads in one transaction, so that it sees one state.
func (s *Store) read(ctx context.Context, do func(tx *sql.Tx) error) error {
	select {
	case <-s.closing:
		return errClosed
	default:
	}
	err := s.file.check()
	if err == nil {
		err = s.readTx(ctx, do)
	}
	if err != nil {
		return fmt.Errorf("queue/sqlite: %w", err)
	}
	return nil
}

func (s *Store) readTx(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := s.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback() // there is nothing to commit
	return do(tx)
}
