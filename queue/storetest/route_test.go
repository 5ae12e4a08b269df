package storetest_test

import (
	"context"
	"slices"
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
	{"every route that has had mail is listed", faultyStore{listedRoutes: func(routes []queue.Route) []queue.Route {
		return slices.DeleteFunc(routes, func(r queue.Route) bool { return r.Name == "" })
	}}},
	{"mail of a route that is down is passed over", faultyStore{
		route: func(_ queue.Store, _ context.Context, r *queue.Route) { r.ProbeIn = 0 }}},
	{"mail of a route that is down is passed over", faultyStore{
		route: func(_ queue.Store, _ context.Context, r *queue.Route) { r.Down = true }}},
	{"of many that claim at once one has the probe", faultyStore{want: func(w *queue.Want) { w.Lease = 0 }}},
	{"a probe that lapsed is followed by another", faultyStore{claimed: func(b *queue.Batch, wait *time.Duration) {
		if b == nil {
			*wait = -1
		}
	}}},
	{"a probe's lease keeps a second from going out", faultyStore{extend: func([]queue.Lease) []queue.Lease { return nil }}},
	{"a probe's start changes the route", faultyStore{
		route: func(s queue.Store, ctx context.Context, route *queue.Route) {
			routes, _ := s.Routes(ctx)
			route.Version = routes[0].Version
		}}},
}
