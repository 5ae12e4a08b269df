package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/queue"
)

// newestID sorts after every id.
const newestID = "\U0010ffff"

const (
	firstStretch = 500                   // mails that a walk looks at in one go, at first
	maxStretch   = 100_000               // and at last
	searchTime   = 40 * time.Millisecond // after which a Search goes no further
	fewMails     = 2000                  // that a queue holds at most to be looked at as a whole
)

// Search returns what the filter matches of a part of the mail: see [queue.Store].
func (s *Store) Search(ctx context.Context, filter queue.Filter, page queue.Page) (found []queue.Entry, next string, err error) {
	before := newestID
	if page.Before != "" {
		before = text(page.Before)
	}
	// Reading the whole table is what a planner does that knows nothing of it yet.
	err = s.viewWith(ctx, "SET LOCAL enable_seqscan = off", func(v view) error {
		w := walk{view: v, filter: filter, before: before}
		found, next, err = w.search(ctx, page.Limit())
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return found, next, nil
}

// A walk goes through mail from the newest to the oldest, stretch by stretch.
type walk struct {
	view
	filter queue.Filter
	before string // only ids before this one
}

// search walks until it has found enough, has come to the end, or has taken its time.
// As it does not know what looking at a mail costs with this filter, it goes further
// and further for as long as that is fast.
func (w *walk) search(ctx context.Context, limit int) (found []queue.Entry, next string, err error) {
	begin := time.Now()
	if err = w.narrow(ctx); err != nil {
		return nil, "", err
	}
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

// narrow finds the mails of a queue that has only a few, and no index by id.
func (w *walk) narrow(ctx context.Context) error {
	state := w.filter.State
	if state == queue.Deferred {
		state = queue.Outgoing // which stands for both
	}
	if w.filter.IDs != nil || state != queue.Outgoing && state != queue.Sent {
		return nil
	}
	where := map[queue.State]string{queue.Outgoing: "state = 1", queue.Sent: "state = 6 AND state >= 4"}[state] // as the indexes say it
	ids, err := collect(ctx, w.view, pgx.RowTo[string], "SELECT id FROM mailhost.mail WHERE "+where+" LIMIT $1", fewMails+1)
	if err == nil && len(ids) <= fewMails {
		w.filter.IDs = ids
	}
	return err
}

// end returns the id of the last mail of the stretch that begins now, "" where there are
// not so many.
func (w *walk) end(ctx context.Context, stretch int) (last string, err error) {
	where := w.place()
	where.and("m.id < ?::text", w.before)
	where.args["skip"] = stretch - 1
	ids, err := collect(ctx, w.view, pgx.RowTo[string],
		"SELECT m.id FROM mailhost.mail m WHERE "+where.String()+" ORDER BY m.id DESC LIMIT 1 OFFSET @skip::int", where.args)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// place is where the filter's mail stands in an index that is in the order of ids.
func (w *walk) place() *condition {
	switch f := w.filter; {
	case f.IDs != nil:
		return matching(queue.Filter{IDs: f.IDs})
	case f.Transaction != "":
		return matching(queue.Filter{Transaction: f.Transaction})
	case f.State == queue.Held || f.State == queue.Failed || f.State == queue.Uncertain:
		return matching(queue.Filter{State: f.State})
	}
	return matching(queue.Filter{})
}

// matching returns what the filter matches down to an id.
func (w *walk) matching(ctx context.Context, last string, limit int) ([]queue.Entry, error) {
	where := matchingFew(w.filter)
	where.and("m.id < ?::text", w.before)
	where.and("m.id >= ?::text", last)
	where.args["limit"] = limit
	return collect(ctx, w.view, scanEntry, clockOnly+` SELECT clock.now,
		(SELECT address FROM mailhost.recipient WHERE mail = m.id AND place = 0),
		(SELECT count(*) FROM mailhost.recipient WHERE mail = m.id), `+mailColumns+`
		FROM mailhost.mail m, clock WHERE `+where.String()+` ORDER BY m.id DESC LIMIT @limit::int`, where.args)
}
