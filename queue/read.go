package queue

import "context"

// List returns a page of the mail that the filter matches, newest first. Where few of
// many mails match, it may take seconds: Search does not.
func (q *Queue) List(ctx context.Context, filter Filter, page Page) ([]Entry, error) {
	return read(ctx, q, func(ctx context.Context) (entries []Entry, err error) {
		limit := page.Limit()
		for {
			page.Size = limit - len(entries)
			found, next, err := q.store.Search(ctx, filter, page)
			entries = append(entries, found...)
			if err != nil || next == "" || len(entries) >= limit {
				return entries, err
			}
			page.Before = next
		}
	})
}

// Search looks at mail, newest first, from below page.Before on, and returns what the
// filter matches among it: a page of it at most. It looks at no more than takes a
// moment, and returns the id from which to go on: the next page.Before, "" at the
// end. It may find nothing, and yet not be at the end.
func (q *Queue) Search(ctx context.Context, filter Filter, page Page) (found []Entry, next string, err error) {
	found, err = read(ctx, q, func(ctx context.Context) (found []Entry, err error) {
		found, next, err = q.store.Search(ctx, filter, page)
		return found, err
	})
	return found, next, err
}

// Get returns one mail, or ErrNotFound.
func (q *Queue) Get(ctx context.Context, id string) (*Record, error) {
	return read(ctx, q, func(ctx context.Context) (*Record, error) { return q.store.Get(ctx, id) })
}

// Count returns how many mails each queue holds of those the filter matches.
func (q *Queue) Count(ctx context.Context, filter Filter) (map[State]int, error) {
	return read(ctx, q, func(ctx context.Context) (map[State]int, error) { return q.store.Count(ctx, filter) })
}

// Routes returns the state of every route that has had mail, by name.
func (q *Queue) Routes(ctx context.Context) ([]Route, error) {
	return read(ctx, q, q.store.Routes)
}

// Shape counts the recipients that are pending of mail in that queue, AnyState being
// what is outgoing or deferred, by domain: the most domains with the most of them, 0
// being 20, and all others together. It looks at 100,000 mails at most.
func (q *Queue) Shape(ctx context.Context, state State, most int) (*Shape, error) {
	return read(ctx, q, func(ctx context.Context) (*Shape, error) { return q.store.Shape(ctx, state, most) })
}

// read keeps Close from closing the store under what reads it.
func read[T any](ctx context.Context, q *Queue, from func(ctx context.Context) (T, error)) (T, error) {
	ctx, end, err := q.begin(ctx)
	if err != nil {
		var none T
		return none, err
	}
	defer end()
	return from(ctx)
}
