package queue

import (
	"context"
	"log/slog"
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// A breaker keeps the state of routes in the store, so that every process
// obeys it: a route that cannot be reached is down, and probed with one mail at
// a time until it answers.
type breaker struct {
	store Store
	log   *slog.Logger
}

// unreachable records that a route could not be reached at that time by the
// store's clock, and returns how long its mail should wait. What was sent
// before the route went down says nothing new; a probe that failed does.
func (b breaker) unreachable(ctx context.Context, name string, probe bool, r host.Report, now time.Time) time.Duration {
	route := b.change(ctx, name, func(route *Route) bool {
		switch {
		case !route.Down:
			route.Down, route.Since, route.Failures = true, now, 0
		case probe:
			route.Failures++
		default:
			return false
		}
		route.Alarm, route.LastError, route.Ramp = r.Alarm, r.Text, 0
		route.ProbeIn = probeAfter(route.Failures, route.Alarm)
		return true
	})
	if !route.Down { // the store failed
		return probeAfter(0, r.Alarm)
	}
	// While a probe is out, the next one is due only when its lease would lapse.
	return min(route.ProbeIn, probeAfter(route.Failures, route.Alarm))
}

// reached records that a probe got an answer. What waits for the route is not
// sent in one burst, which may be what took it down: its batches grow.
func (b breaker) reached(ctx context.Context, name string) {
	b.change(ctx, name, func(route *Route) bool {
		if !route.Down {
			return false
		}
		route.Down, route.Since, route.Failures = false, time.Time{}, 0
		route.Alarm, route.LastError, route.ProbeIn = false, "", 0
		route.Ramp = firstRamp
		return true
	})
}

// firstRamp is how many mails go in a batch when a route has come up.
const firstRamp = 2

// ramp records that a batch which had been limited to so many mails was answered.
// Of several such batches, one counts.
func (b breaker) ramp(ctx context.Context, name string, limit int) {
	b.change(ctx, name, func(route *Route) bool {
		if route.Down || route.Ramp != limit {
			return false
		}
		if route.Ramp *= 2; route.Ramp >= batchMails {
			route.Ramp = 0
		}
		return true
	})
}

// untried makes a probe due at once, because the last one was not sent.
func (b breaker) untried(ctx context.Context, name string) {
	b.change(ctx, name, func(route *Route) bool {
		route.ProbeIn = 0
		return route.Down
	})
}

// change applies f to the state of a route. Where it cannot be stored, the route
// stays as it is: the next mail or probe will tell.
func (b breaker) change(ctx context.Context, name string, f func(route *Route) bool) Route {
	before, after, err := changeRoute(ctx, b.store, name, f)
	if err != nil {
		b.log.Error("queue: cannot change the state of a route", "route", name, "error", err)
		return after
	}
	b.tell(before, after)
	return after
}

func (b breaker) tell(before, after Route) {
	switch {
	case before.Down && !after.Down:
		b.log.Info("queue: route up", "route", after.Name, "down_since", before.Since)
	case before.Down != after.Down || before.Alarm != after.Alarm:
		level := slog.LevelWarn
		if after.Alarm { // it will not mend itself
			level = slog.LevelError
		}
		b.log.Log(context.Background(), level, "queue: route down", "route", after.Name, "error", after.LastError,
			"alarm", after.Alarm, "probe_in", after.ProbeIn)
	}
}

// tellDown tells at the start of which routes mail waits, and until when: whoever
// has just mended one would look for the reason elsewhere. A store that fails here
// fails at the first claim too, which says so.
func (b breaker) tellDown(ctx context.Context) {
	routes, _ := b.store.Routes(ctx)
	for _, route := range routes {
		if route.Down {
			b.log.Warn("queue: route is still down", "route", route.Name, "error", route.LastError,
				"alarm", route.Alarm, "probe_in", max(0, route.ProbeIn))
		}
	}
}
