package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/internal/walk"
)

const fewMails = 2000 // that a queue holds at most to be looked at as a whole

// Search returns what the filter matches of a part of the mail: see [queue.Store].
func (s *Store) Search(ctx context.Context, filter queue.Filter, page queue.Page) (found []queue.Entry, next string, err error) {
	before := walk.NewestID
	if page.Before != "" {
		before = text(page.Before)
	}
	// Reading the whole table is what a planner does that knows nothing of it yet.
	err = s.viewWith(ctx, "SET LOCAL enable_seqscan = off", func(v view) error {
		begin, w := time.Now(), &walker{view: v, filter: filter}
		if err := w.narrow(ctx); err != nil {
			return err
		}
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
	view
	filter queue.Filter
}

// narrow finds the mails of a queue that has only a few, and no index by id.
func (w *walker) narrow(ctx context.Context) error {
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

// End returns the id of the last mail of the stretch that begins below an id, "" where there are
// not so many.
func (w *walker) End(ctx context.Context, before string, stretch int) (last string, err error) {
	where := w.place()
	where.and("m.id < ?::text", before)
	where.args["skip"] = stretch - 1
	ids, err := collect(ctx, w.view, pgx.RowTo[string],
		"SELECT m.id FROM mailhost.mail m WHERE "+where.String()+" ORDER BY m.id DESC LIMIT 1 OFFSET @skip::int", where.args)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// place is where the filter's mail stands in an index that is in the order of ids.
func (w *walker) place() *condition {
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

// Matching returns what the filter matches from below an id down to another.
func (w *walker) Matching(ctx context.Context, before, last string, limit int) ([]queue.Entry, error) {
	where := matchingFew(w.filter)
	where.and("m.id < ?::text", before)
	where.and("m.id >= ?::text", last)
	where.args["limit"] = limit
	return collect(ctx, w.view, scanEntry, clockOnly+` SELECT clock.now,
		(SELECT address FROM mailhost.recipient WHERE mail = m.id AND place = 0),
		(SELECT count(*) FROM mailhost.recipient WHERE mail = m.id), `+mailColumns+`
		FROM mailhost.mail m, clock WHERE `+where.String()+` ORDER BY m.id DESC LIMIT @limit::int`, where.args)
}
