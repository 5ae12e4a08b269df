package storetest_test

import (
	"context"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

var routeFaults = []fault{
	{"a route that is down has one probe at a time", faultyStore{claimed: func(b *queue.Batch, _ *time.Duration) {
		if b != nil {
			b.Probe = false
		}
	}}},
	{"of two changes to a route at once one is made", faultyStore{
		route: func(s queue.Store, ctx context.Context, route *queue.Route) {
			routes, _ := s.Routes(ctx)
			for _, r := range routes {
				route.Version = r.Version
			}
		}}},
	{"a route's state is kept", faultyStore{
		route: func(_ queue.Store, _ context.Context, r *queue.Route) { r.LastError = "" }}},
}
