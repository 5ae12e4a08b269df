package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// A querier is the writer, or a transaction that reads.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// collect runs a query and returns what scan makes of each row.
func collect[T any](ctx context.Context, q querier, scan func(rows *sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

func scanNumber(rows *sql.Rows) (n int64, err error) { return n, rows.Scan(&n) }

// A mailRow is a row of the table mail.
type mailRow struct {
	seq                             int64
	id, route, sender, key          string
	subject, meta, last, tx         string
	state, lane                     int
	due, queued, notBefore, expires int64
	leased, alone, once             bool
	fence                           int64
	attempts, doubts, size          int
}

// mailColumns are those of a mailRow, in fields' order.
const mailColumns = `seq, id, route, sender, key, subject, meta, last, state, lane, due, queued, not_before, expires,
	leased, alone, once, fence, attempts, doubts, size, transaction_id`

func (r *mailRow) fields() []any {
	return []any{&r.seq, &r.id, &r.route, &r.sender, &r.key, &r.subject, &r.meta, &r.last, &r.state, &r.lane,
		&r.due, &r.queued, &r.notBefore, &r.expires,
		(*flag)(&r.leased), (*flag)(&r.alone), (*flag)(&r.once), &r.fence, &r.attempts, &r.doubts, &r.size, &r.tx}
}

func scanMail(rows *sql.Rows) (*mailRow, error) {
	r := &mailRow{}
	return r, rows.Scan(r.fields()...)
}

// mail returns the mail without its recipients and data. Where the row cannot
// be decoded it returns what can, and an error.
func (r *mailRow) mail() (queue.Mail, error) {
	m := queue.Mail{
		Envelope:  host.Envelope{ID: r.id, Route: r.route, From: r.sender},
		NotBefore: fromMicro(r.notBefore), Expires: fromMicro(r.expires),
		Key: r.key, Once: r.once, Subject: r.subject, Transaction: r.tx,
	}
	if r.lane < 0 || r.lane >= len(queue.Lanes) {
		return m, fmt.Errorf("queue/sqlite: mail %s has the unknown lane %d", r.id, r.lane)
	}
	m.Lane = queue.Lanes[r.lane]
	if r.meta == "" {
		return m, nil
	}
	if err := json.Unmarshal([]byte(r.meta), &m.Meta); err != nil {
		return m, fmt.Errorf("queue/sqlite: mail %s has broken meta data: %w", r.id, err)
	}
	return m, nil
}

// entry returns the entry without its recipients.
func (r *mailRow) entry(now int64) queue.Entry {
	mail, _ := r.mail() // what cannot be decoded is listed too
	var state queue.State
	small[queue.State]{&state}.Scan(int64(r.state))
	if state == queue.Outgoing && !r.leased && r.due > now {
		state = queue.Deferred
	}
	return queue.Entry{
		ID: r.id, State: state, Sending: r.leased && r.due > now, Lane: mail.Lane, Route: r.route,
		From: r.sender, Subject: r.subject, Transaction: r.tx, Attempts: r.attempts, Doubts: r.doubts,
		Queued: fromMicro(r.queued), Due: fromMicro(r.due), Expires: mail.Expires, Last: r.last, Size: r.size,
	}
}

// encodeMeta returns what mailRow.mail reads.
func encodeMeta(meta map[string]string) (string, error) {
	if len(meta) == 0 {
		return "", nil
	}
	text, err := json.Marshal(meta)
	return string(text), err
}

func fromMicro(t int64) time.Time { return time.UnixMicro(t).UTC() }
