package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// Get returns one mail: see [queue.Store].
func (s *Store) Get(ctx context.Context, id string) (record *queue.Record, err error) {
	err = s.view(ctx, func(v view) error {
		record, err = v.record(ctx, text(id))
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, queue.ErrNotFound
	}
	return record, err
}

func (v view) record(ctx context.Context, id string) (*queue.Record, error) {
	var (
		now        time.Time
		row        mailRow
		recipients recipientColumns
		data       []byte
	)
	fields := append([]any{&now, &data}, recipients.fields()...)
	err := v.tx.QueryRow(ctx, v.sql(clockOnly+` SELECT clock.now, b.data, r.*, `+mailColumns+`
		FROM clock, mailhost.mail m LEFT JOIN mailhost.body b ON b.mail = m.id CROSS JOIN LATERAL (
			SELECT `+recipientArrays+` FROM mailhost.recipient WHERE mail = m.id) AS r
		WHERE m.id = $1`), describe, id).Scan(append(fields, row.fields()...)...)
	if err != nil {
		return nil, err
	}
	record := &queue.Record{Entry: row.entry(now), Recipients: recipients.recipients()}
	record.Mail, _ = row.mail() // what cannot be decoded is shown too
	record.Mail.Data = data
	for _, r := range record.Recipients {
		record.Mail.To = append(record.Mail.To, r.To)
	}
	record.Entry.Recipients = len(record.Recipients)
	if len(record.Mail.To) > 0 {
		record.Entry.To = record.Mail.To[0]
	}
	record.History, err = collect(ctx, v, scanAttempt, `
		SELECT at, recipients, delivered, reported, outcome, code, enhanced, text, relay, alarm
		FROM mailhost.attempt WHERE mail = $1 ORDER BY number`, id)
	return record, err
}

func scanAttempt(row pgx.CollectableRow) (a queue.Attempt, err error) {
	var outcome int
	r := &a.Report
	err = row.Scan(&a.At, &a.Recipients, &a.Delivered, &r.To, &outcome, &r.Code, &r.Enhanced, &r.Text, &r.Relay, &r.Alarm)
	a.At, r.Outcome = a.At.UTC(), host.Outcome(outcome)
	return a, err
}
