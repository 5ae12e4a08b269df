package postgres

import (
	"context"
	"errors"

	"github.com/go-mailhost/mailhost/queue"
)

// What of the interface is not built yet.

var errPending = errors.New("queue/postgres: not yet")

// Search looks at all mail, not yet at a part of it.
func (s *Store) Search(ctx context.Context, filter queue.Filter, page queue.Page) ([]queue.Entry, string, error) {
	found, err := s.list(ctx, filter, page)
	if err != nil || len(found) < page.Limit() {
		return found, "", err
	}
	return found, found[len(found)-1].ID, nil
}

// Audit loses the line yet, so that operations go on.
func (s *Store) Audit(ctx context.Context, line queue.Audit) error { return ctx.Err() }

func (s *Store) Audits(ctx context.Context, before int64, size int) ([]queue.Audit, error) {
	return nil, errPending
}

func (s *Store) Shape(ctx context.Context, state queue.State, most int) (*queue.Shape, error) {
	return nil, errPending
}
