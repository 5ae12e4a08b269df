package postgres

import (
	"context"
	"math"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/queue"
)

// Audit adds a line to the log of what operators did: see [queue.Store].
func (s *Store) Audit(ctx context.Context, line queue.Audit) error {
	return s.exec(ctx, `
		WITH durable AS MATERIALIZED (SELECT `+durable+`)
		INSERT INTO mailhost.audit (at, who, what, which, mails, error)
		SELECT clock_timestamp(), $1, $2, $3, $4, $5 FROM durable`,
		text(line.Who), text(line.What), text(line.Which), line.Mails, text(line.Error))
}

// Audits returns a page of that log: see [queue.Store].
func (s *Store) Audits(ctx context.Context, before int64, size int) (lines []queue.Audit, err error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	err = s.read(ctx, func(rows pgx.Rows) error {
		lines, err = pgx.CollectRows(rows, scanAudit)
		return err
	}, `SELECT number, at, who, what, which, mails, error FROM mailhost.audit
		WHERE number < $1 ORDER BY number DESC LIMIT $2`, before, queue.Page{Size: size}.Limit())
	return lines, err
}

func scanAudit(row pgx.CollectableRow) (line queue.Audit, err error) {
	err = row.Scan(&line.Number, &line.At, &line.Who, &line.What, &line.Which, &line.Mails, &line.Error)
	line.At = line.At.UTC()
	return line, err
}
