package queue

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// reads are the methods of a queue that read its store.
var reads = []struct {
	name string
	read func(ctx context.Context, q *Queue) error
}{
	{"Search", func(ctx context.Context, q *Queue) error { _, _, err := q.Search(ctx, Filter{}, Page{}); return err }},
	{"Audits", func(ctx context.Context, q *Queue) error { _, err := q.Audits(ctx, 0, 0); return err }},
	{"Shape", func(ctx context.Context, q *Queue) error { _, err := q.Shape(ctx, AnyState, 0); return err }},
	{"List", func(ctx context.Context, q *Queue) error { _, err := q.List(ctx, Filter{}, Page{}); return err }},
	{"Get", func(ctx context.Context, q *Queue) error { _, err := q.Get(ctx, "none"); return err }},
	{"Count", func(ctx context.Context, q *Queue) error { _, err := q.Count(ctx, Filter{}); return err }},
	{"Routes", func(ctx context.Context, q *Queue) error { _, err := q.Routes(ctx); return err }},
}

// A slowReads store reads nothing, and takes as long as it is told to.
type slowReads struct {
	Store
	during func(ctx context.Context) error
}

func (s *slowReads) Search(ctx context.Context, _ Filter, _ Page) ([]Entry, string, error) {
	return nil, "", s.during(ctx)
}

func (s *slowReads) Audits(ctx context.Context, _ int64, _ int) ([]Audit, error) {
	return nil, s.during(ctx)
}

func (s *slowReads) Shape(ctx context.Context, _ State, _ int) (*Shape, error) {
	return nil, s.during(ctx)
}

func (s *slowReads) Get(ctx context.Context, _ string) (*Record, error) { return nil, s.during(ctx) }

func (s *slowReads) Count(ctx context.Context, _ Filter) (map[State]int, error) {
	return nil, s.during(ctx)
}

func (s *slowReads) Routes(ctx context.Context) ([]Route, error) { return nil, s.during(ctx) }

func TestReadAfterClose(t *testing.T) {
	for _, tt := range reads {
		t.Run(tt.name, func(t *testing.T) {
			q := open(t, Memory(), nil, Config{})
			require.NoError(t, q.Close(t.Context()))
			require.ErrorIs(t, tt.read(t.Context(), q), ErrClosed)
		})
	}
}

func TestCloseWaitsForARead(t *testing.T) {
	for _, tt := range reads {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				goOn := make(chan struct{})
				shelf := &shelf{Store: Memory()}
				q := open(t, &slowReads{shelf, func(context.Context) error { <-goOn; return nil }}, nil, Config{})
				read, closed := make(chan error, 1), make(chan error, 1)
				go func() { read <- tt.read(context.Background(), q) }()
				synctest.Wait()
				go func() { closed <- q.Close(context.Background()) }()
				synctest.Wait()
				require.Zero(t, shelf.closed)
				require.ErrorIs(t, tt.read(t.Context(), q), ErrClosed)
				close(goOn)
				require.NoError(t, <-read)
				require.NoError(t, <-closed)
				require.Equal(t, 1, shelf.closed)
			})
		})
	}
}

func TestCloseBreaksOffAReadThatHangs(t *testing.T) {
	for _, tt := range reads {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := open(t, &slowReads{Memory(), func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}, nil, Config{})
				read := make(chan error, 1)
				go func() { read <- tt.read(context.Background(), q) }()
				synctest.Wait()
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				require.ErrorIs(t, q.Close(ctx), context.DeadlineExceeded)
				require.ErrorIs(t, <-read, context.Canceled)
			})
		})
	}
}
