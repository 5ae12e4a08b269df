package sqlite

import (
	"context"
	"errors"

	"github.com/go-mailhost/mailhost/queue"
)

var errTodo = errors.New("queue/sqlite: not there yet")

func (s *Store) Update(ctx context.Context, filter queue.Filter, change queue.Change, after string) (int, string, error) {
	return 0, "", errTodo
}
func (s *Store) Clean(ctx context.Context, keep queue.Retention) (int, error) { return 0, nil }
func (s *Store) Beat(ctx context.Context, beat queue.Heartbeat) error         { return nil }
func (s *Store) Totals(ctx context.Context) (*queue.Totals, error)            { return &queue.Totals{}, nil }
