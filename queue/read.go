package queue

import "context"

// List returns a page of the mail that the filter matches, newest first.
func (q *Queue) List(ctx context.Context, filter Filter, page Page) ([]Entry, error) {
	return read(ctx, q, func(ctx context.Context) ([]Entry, error) { return q.store.List(ctx, filter, page) })
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
