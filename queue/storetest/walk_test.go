package storetest_test

import (
	"context"

	"github.com/go-mailhost/mailhost/queue"
)

var walkFaults = []fault{
	{"an update goes on where the last one ended", faultyStore{update: updated(func(u *update) { u.after = "" })}},
	{"an update goes on where the last one ended", faultyStore{
		update: func(s queue.Store, ctx context.Context, u update) (int, string, error) {
			n, _, err := u.do(s, ctx)
			return n, "", err
		}}},
	{"an update goes on where the last one ended", faultyStore{
		update: func(s queue.Store, ctx context.Context, u update) (int, string, error) {
			total := 0
			for {
				n, next, err := u.do(s, ctx)
				total, u.after = total+n, next
				if next == "" || err != nil {
					return total, "", err
				}
			}
		}}},
	{"a context that has ended changes nothing", faultyStore{
		update: func(s queue.Store, ctx context.Context, u update) (int, string, error) {
			return u.do(s, context.WithoutCancel(ctx))
		}}},
	{"a context that has ended changes nothing", faultyStore{
		clean: func(s queue.Store, ctx context.Context, keep queue.Retention) (int, error) {
			return s.Clean(context.WithoutCancel(ctx), keep)
		}}},
}
