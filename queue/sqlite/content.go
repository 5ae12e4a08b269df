package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// A content is what a mail has beside its row.
type content struct {
	recipients []queue.Recipient
	data       []byte
}

// contents returns what n mails have, by seq: of a list that encodeSeqs made.
func (w *writer) contents(seqs string, n int) (map[int64]*content, error) {
	all := make(map[int64]*content, n)
	of := func(seq int64) *content {
		if all[seq] == nil {
			all[seq] = &content{}
		}
		return all[seq]
	}
	_, err := collect(background, w, func(rows *sql.Rows) (none struct{}, err error) {
		var seq int64
		r, err := scanRecipient(rows, &seq)
		of(seq).recipients = append(of(seq).recipients, r)
		return none, err
	}, "SELECT mail, "+recipientColumns+` FROM json_each(?) CROSS JOIN mailhost_recipient
		WHERE mail = value ORDER BY mail, place`, seqs)
	if err != nil {
		return nil, err
	}
	_, err = collect(background, w, func(rows *sql.Rows) (none struct{}, err error) {
		var (
			seq  int64
			data []byte
		)
		err = rows.Scan(&seq, &data)
		of(seq).data = data
		return none, err
	}, "SELECT mail, data FROM mailhost_body WHERE mail IN (SELECT value FROM json_each(?))", seqs)
	return all, err
}

// encodeSeqs returns a list for json_each.
func encodeSeqs(seqs []int64) string {
	list, _ := json.Marshal(seqs) // numbers
	return string(list)
}

const recipientColumns = "place, address, state, reported, outcome, code, enhanced, text, relay, alarm"

// recipients returns a mail's recipients, in order.
func recipients(ctx context.Context, q querier, seq int64) ([]queue.Recipient, error) {
	return collect(ctx, q, func(rows *sql.Rows) (queue.Recipient, error) { return scanRecipient(rows) },
		"SELECT "+recipientColumns+" FROM mailhost_recipient WHERE mail = ? ORDER BY place", seq)
}

// scanRecipient scans recipientColumns, and before them what comes before.
func scanRecipient(rows *sql.Rows, before ...any) (r queue.Recipient, err error) {
	return r, rows.Scan(append(before, &r.Index, &r.To, small[queue.RecipientState]{&r.State}, &r.Last.To,
		small[host.Outcome]{&r.Last.Outcome}, &r.Last.Code,
		&r.Last.Enhanced, &r.Last.Text, &r.Last.Relay, (*flag)(&r.Last.Alarm))...)
}

// data returns a mail's data, nil where it is no longer kept.
func data(ctx context.Context, q querier, seq int64) ([]byte, error) {
	bodies, err := collect(ctx, q, func(rows *sql.Rows) (data []byte, err error) {
		return data, rows.Scan(&data)
	}, "SELECT data FROM mailhost_body WHERE mail = ?", seq)
	if err != nil || len(bodies) == 0 {
		return nil, err
	}
	return bodies[0], nil
}
