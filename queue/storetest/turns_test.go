package storetest_test

import (
	"context"
	"slices"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// claimIn makes a fault of claim: the routes that order returns come first.
func claimIn(order func(routes []string) []string) func(queue.Store, context.Context, queue.Want) (*queue.Batch, time.Duration, error) {
	return func(s queue.Store, ctx context.Context, want queue.Want) (*queue.Batch, time.Duration, error) {
		var names []string
		routes, _ := s.Routes(ctx)
		for _, r := range routes {
			names = append(names, r.Name)
		}
		for _, first := range order(slices.Clone(names)) {
			others := want
			others.Skip = append(slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == first }), want.Skip...)
			if batch, wait, err := s.Claim(ctx, others); batch != nil || err != nil {
				return batch, wait, err
			}
		}
		return s.Claim(ctx, want)
	}
}

// byName lets no route have its turn.
func byName(routes []string) []string { return routes }

// strictly lets routes have their turns whatever the lanes of their mail.
func strictly() func(routes []string) []string {
	turn := 0
	return func(routes []string) []string {
		turn++
		return slices.Concat(routes[turn%len(routes):], routes)
	}
}

var setLast []string // the route that was set last

var turnFaults = []fault{
	{"routes take turns within a lane", faultyStore{claim: claimIn(byName)}},
	{"a lane comes before turns", faultyStore{claim: claimIn(strictly())}},
	{"a route's state does not change whose turn it is", faultyStore{
		route: func(_ queue.Store, _ context.Context, r *queue.Route) { setLast = []string{r.Name} },
		claim: claimIn(func([]string) []string { return setLast })}},
	{"routes to be skipped give no mail", faultyStore{want: func(w *queue.Want) { w.Skip = nil }}},
	{"routes to be skipped give no mail", faultyStore{want: func(w *queue.Want) { w.Skip = w.Skip[:min(len(w.Skip), 1)] }}},
	{"a route that comes up gives a few mails at a time", faultyStore{claimed: func(b *queue.Batch, _ *time.Duration) {
		if b != nil {
			b.Ramp = 0
		}
	}}},
	{"a route that comes up gives a few mails at a time", faultyStore{
		claim: func(s queue.Store, ctx context.Context, want queue.Want) (*queue.Batch, time.Duration, error) {
			batch, wait, err := s.Claim(ctx, want)
			if batch != nil && batch.Ramp > 1 {
				if more, _, _ := s.Claim(ctx, want); more != nil && more.Route == batch.Route {
					batch.Mails = append(batch.Mails, more.Mails...)
				}
			}
			return batch, wait, err
		}}},
}
