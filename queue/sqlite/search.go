package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// newestID sorts after every id.
const newestID = "\U0010ffff"

// Search returns what the filter matches of a part of the mail: see [queue.Store].
func (s *Store) Search(ctx context.Context, filter queue.Filter, page queue.Page) (found []queue.Entry, next string, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		w := &walk{tx: tx, filter: filter, before: page.Before, now: time.Now().UnixMicro()}
		if w.before == "" {
			w.before = newestID
		}
		found, next, err = w.search(ctx, page.Limit())
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return found, next, nil
}

const (
	firstStretch = 500                   // mails that a walk looks at in one go, at first
	maxStretch   = 100_000               // and at last
	searchTime   = 40 * time.Millisecond // after which a Search goes no further
)

// A walk goes through mail from the newest to the oldest, stretch by stretch.
type walk struct {
	tx     *sql.Tx
	filter queue.Filter
	before string // only ids before this one
	now    int64
}

// search walks until it has found enough, has come to the end, or has taken its time.
// As it does not know what looking at a mail costs with this filter, it goes further
// and further for as long as that is fast.
func (w *walk) search(ctx context.Context, limit int) (found []queue.Entry, next string, err error) {
	begin := time.Now()
	for stretch := firstStretch; ; stretch = min(2*stretch, maxStretch) {
		last, err := w.end(ctx, stretch)
		if err != nil {
			return nil, "", err
		}
		entries, err := w.matching(ctx, last, limit-len(found))
		if err != nil {
			return nil, "", err
		}
		found = append(found, entries...)
		switch {
		case len(found) >= limit:
			return found, found[limit-1].ID, nil
		case last == "":
			return found, "", nil
		}
		w.before = last
		if took := time.Since(begin); 3*took > searchTime { // the next stretch takes twice as long as this one
			return found, last, nil
		}
	}
}

// end returns the id of the last mail of the stretch that begins now, "" where there are not so many.
func (w *walk) end(ctx context.Context, stretch int) (last string, err error) {
	query, args := endQuery(w.filter, w.before, stretch)
	ids, err := collect(ctx, w.tx, scanText, query, args...)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

func endQuery(filter queue.Filter, before string, stretch int) (string, []any) {
	where, args := place(filter)
	return "SELECT id FROM mailhost_mail WHERE " + where + " AND id < ? ORDER BY id DESC LIMIT 1 OFFSET ?", append(args, before, stretch-1)
}

func scanText(rows *sql.Rows) (text string, err error) { return text, rows.Scan(&text) }

// place returns the SQL for where a filter's mail stands in an index that is in the
// order of ids.
func place(filter queue.Filter) (string, []any) {
	switch {
	case filter.IDs != nil:
		return condition(queue.Filter{IDs: filter.IDs}, 0)
	case filter.Transaction != "":
		return condition(queue.Filter{Transaction: filter.Transaction}, 0)
	case filter.State == queue.Deferred:
		return "state = 1", nil
	case filter.State != queue.AnyState:
		return "state = ?", []any{filter.State}
	}
	return "true", nil
}

// matching returns what the filter matches down to an id.
func (w *walk) matching(ctx context.Context, last string, limit int) ([]queue.Entry, error) {
	query, args := searchQuery(w.filter, w.now, w.before, last, limit)
	return collect(ctx, w.tx, func(rows *sql.Rows) (queue.Entry, error) {
		var (
			row   mailRow
			to    sql.NullString
			count int
		)
		err := rows.Scan(append(row.fields(), &to, &count)...)
		entry := row.entry(w.now)
		entry.To, entry.Recipients = to.String, count
		return entry, err
	}, query, args...)
}

func searchQuery(filter queue.Filter, now int64, before, last string, limit int) (string, []any) {
	where, args := condition(filter, now)
	return "SELECT " + mailColumns + `,
		(SELECT address FROM mailhost_recipient WHERE mail = seq AND place = 0),
		(SELECT count(*) FROM mailhost_recipient WHERE mail = seq)
		FROM mailhost_mail WHERE ` + where + " AND id < ? AND id >= ? ORDER BY id DESC LIMIT ?", append(args, before, last, limit)
}
