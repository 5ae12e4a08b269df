package storetest_test

import (
	"context"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// setPaused pauses or resumes the routes that are paused now, and returns them.
func setPaused(s queue.Store, ctx context.Context, paused func(queue.Route) bool) (changed []string) {
	routes, _ := s.Routes(ctx)
	for _, r := range routes {
		if want := paused(r); r.Paused != want {
			r.Paused = want
			_, _ = s.SetRoute(ctx, r)
			changed = append(changed, r.Name)
		}
	}
	return changed
}

// claimPaused makes a fault of claim: that some routes are paused does not matter.
func claimPaused(matters func(route string) bool) func(queue.Store, context.Context, queue.Want) (*queue.Batch, time.Duration, error) {
	return func(s queue.Store, ctx context.Context, want queue.Want) (*queue.Batch, time.Duration, error) {
		resumed := map[string]bool{}
		for _, name := range setPaused(s, ctx, func(r queue.Route) bool { return r.Paused && matters(r.Name) }) {
			resumed[name] = true
		}
		batch, wait, err := s.Claim(ctx, want)
		setPaused(s, ctx, func(r queue.Route) bool { return r.Paused || resumed[r.Name] })
		return batch, wait, err
	}
}

func isAll(route string) bool { return route == queue.AllRoutes }

var pauseFaults = []fault{
	{"no mail is claimed of a route that is paused", faultyStore{claim: claimPaused(isAll)}},
	{"no mail is claimed of a route that is paused", faultyStore{
		route: func(_ queue.Store, _ context.Context, r *queue.Route) { r.Paused = true }}},
	{"no mail is claimed while all routes are paused", faultyStore{claim: claimPaused(func(route string) bool { return !isAll(route) })}},
	{"no mail is claimed while all routes are paused", faultyStore{claimed: func(b *queue.Batch, wait *time.Duration) {
		if b == nil {
			*wait = time.Second
		}
	}}},
	{"what is in flight when its route is paused can be finished", faultyStore{
		finish: func(s queue.Store, ctx context.Context, finishes []queue.Finish) (int, error) {
			resumed := setPaused(s, ctx, func(queue.Route) bool { return false })
			if resumed != nil {
				return 0, nil
			}
			return s.Finish(ctx, finishes)
		}}},
	{"a route can be paused before it has mail", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			setPaused(s, ctx, func(queue.Route) bool { return false })
			return s.Insert(ctx, mails)
		}}},
	{"a route that is down can be paused", faultyStore{
		route: func(_ queue.Store, _ context.Context, r *queue.Route) { r.Down = r.Down && !r.Paused }}},
	{"a route that is down can be paused", faultyStore{claim: claimPaused(isAll)}},
	{"a pause leaves a probe that is out the probe", faultyStore{
		route: func(s queue.Store, ctx context.Context, route *queue.Route) {
			routes, _ := s.Routes(ctx)
			for _, r := range routes {
				if set, _ := s.SetRoute(ctx, r); set && r.Name == route.Name {
					route.Version++
				}
			}
		}}},
	{"no mail is stored for all routes", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			for _, m := range mails {
				m.Route = ""
			}
			return s.Insert(ctx, mails)
		}}},
}
