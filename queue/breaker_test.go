package queue

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

func theRoute(t *testing.T, store Store, name string) Route {
	t.Helper()
	route, err := readRoute(t.Context(), store, name)
	require.NoError(t, err)
	route.Version = 0
	return route
}

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		store := Memory()
		b := breaker{store, log.logger()}
		refused := host.Report{Text: "refused"}
		start := time.Now()
		unreachable := func(probe bool, r host.Report) time.Duration {
			return b.unreachable(t.Context(), "r", probe, r, time.Now())
		}

		require.Equal(t, time.Second, unreachable(false, refused))
		require.Equal(t, Route{Name: "r", Down: true, Since: start, LastError: "refused", ProbeIn: time.Second},
			theRoute(t, store, "r"))

		pass(600 * time.Millisecond)
		require.Equal(t, 400*time.Millisecond, unreachable(false, refused), "sent before it went down: nothing new")
		require.Zero(t, theRoute(t, store, "r").Failures)

		for i, want := range []time.Duration{2, 4, 8, 16, 32, 60, 60} {
			require.Equal(t, want*time.Second, unreachable(true, host.Report{Text: "timeout"}))
			require.Equal(t, i+1, theRoute(t, store, "r").Failures)
		}
		require.Equal(t, start, theRoute(t, store, "r").Since)
		require.Equal(t, "timeout", theRoute(t, store, "r").LastError)

		require.Equal(t, 15*time.Minute, unreachable(true, host.Report{Text: "535 bad password", Alarm: true}))
		require.True(t, theRoute(t, store, "r").Alarm)

		b.untried(t.Context(), "r")
		require.Zero(t, theRoute(t, store, "r").ProbeIn)
		require.True(t, theRoute(t, store, "r").Down)

		b.reached(t.Context(), "r")
		require.Equal(t, Route{Name: "r", Ramp: 2}, theRoute(t, store, "r"))

		require.Equal(t, time.Minute, unreachable(false, host.Report{Alarm: true}))
		require.Equal(t, 2, log.count("level=ERROR", "route down", "route=r", "alarm=true"), "for an operator")
		require.Equal(t, 1, log.count("level=WARN", "route down"), "on change only")
		require.Equal(t, 1, log.count("level=INFO", "route up", "route=r"))
	})
}

func TestBreakerKnowsRoutesApart(t *testing.T) {
	store := Memory()
	b := breaker{store, (&journal{}).logger()}
	b.unreachable(t.Context(), "r", false, host.Report{}, time.Now())
	b.reached(t.Context(), "")
	b.untried(t.Context(), "other")
	require.True(t, theRoute(t, store, "r").Down)
	routes, err := store.Routes(t.Context())
	require.NoError(t, err)
	require.Len(t, routes, 1, "a route that is up already is not stored")
}

func TestBreakerMailNeverWaitsForAProbeThatIsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := Memory()
		q := open(t, store, nil, Config{})
		commit(t, q, letter(Normal, "a"))
		b := breaker{store, q.cfg.Logger}
		b.unreachable(t.Context(), "", false, host.Report{}, time.Now())
		pass(time.Second)
		probe, _, err := store.Claim(t.Context(), Want{Mails: 1, Lease: time.Hour})
		require.NoError(t, err)
		require.True(t, probe.Probe)
		require.Equal(t, time.Hour, onlyRoute(t, q).ProbeIn)
		require.Equal(t, time.Second, b.unreachable(t.Context(), "", false, host.Report{}, time.Now()))
	})
}

// A rival changes a route between Routes and SetRoute, so many times.
type rival struct {
	Store
	times int
}

func (s *rival) SetRoute(ctx context.Context, route Route) (bool, error) {
	if s.times > 0 {
		s.times--
		if ok, err := s.Store.SetRoute(ctx, Route{Name: route.Name, Version: route.Version, Down: true, Failures: 3}); !ok {
			return ok, err
		}
	}
	return s.Store.SetRoute(ctx, route)
}

func TestBreakerYieldsToAnotherProcess(t *testing.T) {
	for _, tt := range []struct {
		times    int
		failures int
		logged   int
	}{
		{times: 1, failures: 4},
		{times: 9, failures: 4},
		{times: 1000, failures: 3, logged: 1},
	} {
		var log journal
		store := Memory()
		b := breaker{&rival{store, tt.times}, log.logger()}
		b.unreachable(t.Context(), "r", true, host.Report{}, time.Now())
		require.Equal(t, tt.failures, theRoute(t, store, "r").Failures, "the rival's count goes on")
		require.Equal(t, tt.logged, log.count("changes too fast"))
	}
}

func TestBreakerWithoutAStore(t *testing.T) {
	var log journal
	store := &faulty{Store: Memory(), routes: errors.New("disk on fire")}
	b := breaker{store, log.logger()}
	require.Equal(t, time.Second, b.unreachable(t.Context(), "r", false, host.Report{}, time.Now()))
	store.routes, store.set = nil, errors.New("disk full")
	require.Equal(t, time.Second, b.unreachable(t.Context(), "r", false, host.Report{}, time.Now()))
	require.Equal(t, 1, log.count("disk on fire"))
	require.Equal(t, 1, log.count("disk full"))
	require.False(t, theRoute(t, store, "r").Down)
}

// Who has mended a relay's address and started anew waits for a probe, and is told so.
func TestRouteThatWasDownBeforeIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, log := Memory(), &journal{}
		done, err := store.SetRoute(t.Context(), Route{Name: "news", Down: true, Alarm: true, LastError: "Authentication failed", ProbeIn: time.Minute})
		require.NoError(t, err)
		require.True(t, done)
		open(t, store, &relay{}, Config{Logger: log.logger()})
		synctest.Wait()
		require.Contains(t, log.String(), `msg="queue: route is still down" route=news error="Authentication failed" alarm=true probe_in=1m0s`)
	})
}

func TestRampGrowsByTheBatchesThatItLimited(t *testing.T) {
	store := Memory()
	b := breaker{store, (&journal{}).logger()}
	grow := func(limit int) int {
		b.ramp(t.Context(), "r", limit)
		return theRoute(t, store, "r").Ramp
	}
	require.Zero(t, grow(2), "it never was down")
	b.unreachable(t.Context(), "r", false, host.Report{}, time.Now())
	require.Zero(t, grow(2), "it is down")
	b.reached(t.Context(), "r")
	for _, ramp := range []int{2, 4, 8, 16, 32, 64} {
		require.Equal(t, ramp, theRoute(t, store, "r").Ramp)
		require.Equal(t, ramp, grow(ramp/2), "a batch of before")
		require.Equal(t, ramp*2%128, grow(ramp))
	}
	b.unreachable(t.Context(), "r", false, host.Report{}, time.Now())
	b.reached(t.Context(), "r")
	grow(2)
	b.unreachable(t.Context(), "r", false, host.Report{}, time.Now())
	require.Equal(t, Route{Name: "r", Down: true, ProbeIn: time.Second},
		func() Route {
			r := theRoute(t, store, "r")
			r.Since, r.ProbeIn = time.Time{}, r.ProbeIn.Round(time.Second)
			return r
		}())
}
