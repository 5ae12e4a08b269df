package storetest_test

import (
	"context"

	"github.com/go-mailhost/mailhost/queue"
)

var awaitsFaults = []fault{
	{"mail that awaits its route is due when it is up", faultyStore{finish: change(func(f *queue.Finish) { f.AwaitsRoute = false })}},
	{"mail that awaits its route is due when it is up", faultyStore{finish: change(func(f *queue.Finish) { f.AwaitsRoute = true })}},
	{"mail that awaits its route is due when it is up", faultyStore{finish: change(func(f *queue.Finish) {
		if f.AwaitsRoute {
			f.Retry = 0
		}
	})}},
	{"mail that awaits its route is due when it is up", faultyStore{
		route: func(s queue.Store, ctx context.Context, r *queue.Route) {
			wake := *r
			wake.Down = false
			_, _ = s.SetRoute(ctx, wake)
			r.Version++
		}}},
	{"mail that awaits its route is due when it is up", faultyStore{
		route: func(s queue.Store, ctx context.Context, r *queue.Route) {
			wakeAll := queue.Change{Operation: queue.OperationReschedule}
			if !r.Down {
				_, _, _ = s.Update(ctx, queue.Filter{}, wakeAll, "")
			}
		}}},
	{"mail that awaits its route is left alone where it is held, claimed or settled", faultyStore{
		route: func(s queue.Store, ctx context.Context, r *queue.Route) {
			_, _, _ = s.Update(ctx, queue.Filter{}, queue.Change{Operation: queue.OperationRelease}, "")
		}}},
	{"mail that awaits its route is left alone where it is held, claimed or settled", faultyStore{
		finish: change(func(f *queue.Finish) { f.AwaitsRoute = true })}},
	{"mail that an operator made due later awaits its route no more", faultyStore{update: updated(func(u *update) { u.In = 0 })}},
}
