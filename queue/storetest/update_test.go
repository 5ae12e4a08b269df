package storetest_test

import (
	"context"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// instead makes a fault of update: one operation does what another should.
func instead(of, do queue.Operation) faultyStore {
	return faultyStore{update: updated(func(u *update) {
		if u.Operation == of {
			u.Operation = do
		}
	})}
}

// only makes a fault of update: an operation sees one queue only.
func only(o queue.Operation, state queue.State) faultyStore {
	return faultyStore{update: updated(func(u *update) {
		if u.Operation == o {
			u.State = state
		}
	})}
}

// countMatched makes a fault of update: what is passed over is counted.
func countMatched(s queue.Store, ctx context.Context, u update) (int, string, error) {
	entries, _, _ := s.Search(ctx, u.Filter, queue.Page{})
	_, next, err := u.do(s, ctx)
	return len(entries), next, err
}

var updateFaults = []fault{
	{"retry applies to what is deferred, failed or uncertain", instead(queue.OperationRetry, queue.OperationReschedule)},
	{"retry applies to what is deferred, failed or uncertain", only(queue.OperationRetry, queue.Failed)},
	{"hold applies to what is outgoing or deferred", only(queue.OperationHold, queue.Outgoing)},
	{"release applies to what is held", faultyStore{
		update: func(s queue.Store, ctx context.Context, u update) (int, string, error) {
			n, next, err := u.do(s, ctx)
			if u.Operation == queue.OperationRelease {
				u.Operation = queue.OperationReschedule
				_, _, _ = u.do(s, ctx)
			}
			return n, next, err
		}}},
	{"delete applies to all", only(queue.OperationDelete, queue.Failed)},
	{"what was deleted is gone", instead(queue.OperationDelete, queue.OperationHold)},
	{"reschedule applies to what is outgoing or deferred", only(queue.OperationReschedule, queue.Deferred)},
	{"mail that is being sent is not changed", faultyStore{update: countMatched}},
	{"mail that is being sent is not changed", faultyStore{
		update: func(s queue.Store, ctx context.Context, u update) (int, string, error) {
			lapsed, _, _ := s.Claim(ctx, queue.Want{Mails: 1})
			if lapsed != nil {
				_, _ = s.Finish(ctx, []queue.Finish{{Lease: lapsed.Mails[0].Lease}})
			}
			return u.do(s, ctx)
		}}},
	{"held mail is not sent, and released stands where it stood", faultyStore{
		claim: func(s queue.Store, ctx context.Context, want queue.Want) (*queue.Batch, time.Duration, error) {
			_, _, _ = s.Update(ctx, queue.Filter{}, queue.Change{Operation: queue.OperationRelease}, "")
			return s.Claim(ctx, want)
		}}},
}
