package storetest_test

import (
	"context"
	"errors"

	"github.com/go-mailhost/mailhost/queue"
)

var finishFaults = []fault{
	{"a finish is atomic", faultyStore{finish: func(s queue.Store, ctx context.Context, finishes []queue.Finish) (int, error) {
		n, errs := 0, error(nil)
		for i := range finishes {
			one, err := s.Finish(ctx, finishes[i:i+1])
			n, errs = n+one, errors.Join(errs, err)
		}
		return n, errs
	}}},
	{"a finish without the lease changes nothing", faultyStore{
		finish: func(s queue.Store, ctx context.Context, finishes []queue.Finish) (int, error) {
			_, err := s.Finish(ctx, finishes)
			return len(finishes), err
		}}},
	{"a mail can be set aside as failed", faultyStore{finish: change(func(f *queue.Finish) { f.Failed = "" })}},
	{"a finish counts attempts and doubts", faultyStore{finish: change(func(f *queue.Finish) { f.Doubt = false })}},
	{"a finish counts attempts and doubts", faultyStore{finish: change(func(f *queue.Finish) { f.Attempt = true })}},
	{"a retry is deferred until it is due", faultyStore{finish: change(func(f *queue.Finish) { f.Retry = 0 })}},
	{"where a mail stands follows from its recipients", faultyStore{finish: change(func(f *queue.Finish) {
		if len(f.Recipients) > 1 {
			f.Recipients = f.Recipients[:1]
		}
	})}},
	{"a finish after the lease lapsed counts until another has taken it", faultyStore{
		finish: func(s queue.Store, ctx context.Context, finishes []queue.Finish) (int, error) {
			if r, err := s.Get(ctx, finishes[0].ID); err != nil || !r.Sending {
				return 0, err
			}
			return s.Finish(ctx, finishes)
		}}},
	{"the last words about a mail are kept", faultyStore{record: func(r *queue.Record) { r.Last = "" }}},
	{"the last words about a mail are kept", faultyStore{finish: change(func(f *queue.Finish) {
		f.Recipients = f.Recipients[max(0, len(f.Recipients)-1):]
	})}},
}
