package storetest_test

import (
	"context"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

var leaseFaults = []fault{
	{"a lease keeps others off", faultyStore{want: func(w *queue.Want) { w.Lease = 0 }}},
	{"a lease that lapsed is taken over", faultyStore{claimed: func(b *queue.Batch, _ *time.Duration) {
		if b != nil {
			b.Mails[0].Lapsed = false
		}
	}}},
	{"a lease can be extended", faultyStore{extend: func([]queue.Lease) []queue.Lease { return nil }}},
	{"a lease that was lost is not extended", faultyStore{extend: func(leases []queue.Lease) []queue.Lease {
		return append(leases, queue.Lease{ID: leases[0].ID, Fence: leases[0].Fence + 1})
	}}},
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
}
