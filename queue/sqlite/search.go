package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/internal/walk"
)

// Search returns what the filter matches of a part of the mail: see [queue.Store].
func (s *Store) Search(ctx context.Context, filter queue.Filter, page queue.Page) (found []queue.Entry, next string, err error) {
	before := cmp.Or(page.Before, walk.NewestID)
	err = s.read(ctx, func(tx *sql.Tx) error {
		begin := time.Now()
		w := &walker{tx: tx, filter: filter, now: begin.UnixMicro()}
		found, next, err = walk.Search(ctx, w, begin, before, page.Limit())
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return found, next, nil
}

// A walker looks at the mail that a filter matches.
type walker struct {
	tx     *sql.Tx
	filter queue.Filter
	now    int64
}

// End returns the id of the last mail of the stretch that begins below an id, "" where there are not so many.
func (w *walker) End(ctx context.Context, before string, stretch int) (last string, err error) {
	query, args := endQuery(w.filter, before, stretch)
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

// Matching returns what the filter matches from below an id down to another.
func (w *walker) Matching(ctx context.Context, before, last string, limit int) ([]queue.Entry, error) {
	query, args := searchQuery(w.filter, w.now, before, last, limit)
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
