package storetest_test

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/go-mailhost/mailhost/queue"
)

var cleans atomic.Int32

var raceFaults = []fault{
	{"of a late finish and the claims beside it one has the mail", faultyStore{
		finish: func(s queue.Store, ctx context.Context, finishes []queue.Finish) (int, error) {
			_, err := s.Finish(ctx, finishes)
			return len(finishes), err
		}}},
	{"of an update and the claims beside it one has the mail", faultyStore{
		update: func(s queue.Store, ctx context.Context, u update) (int, string, error) {
			_, next, err := u.do(s, ctx)
			return 1, next, err
		}}},
	{"everything can be done at once", faultyStore{
		clean: func(s queue.Store, ctx context.Context, keep queue.Retention) (int, error) {
			if cleans.Add(1) > 1 {
				return 0, errors.New("the store is busy")
			}
			return s.Clean(ctx, keep)
		}}},
}
