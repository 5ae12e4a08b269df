package storetest

import (
	"errors"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var routeRules = []rule{
	{"every route that has had mail is listed", testRoutesListed},
	{"a route's state is kept", testSetRoute},
	{"of two changes to a route at once one is made", testSetRouteRace},
	{"mail of a route that is down is passed over", testDownSkipped},
	{"a route that is down has one probe at a time", testProbe},
	{"of many that claim at once one has the probe", testProbeRace},
	{"a probe that lapsed is followed by another", testProbeLapses},
	{"a probe's lease keeps a second from going out", testProbeExtended},
	{"a probe's start changes the route", testProbeVersion},
}

// insertRoutes stores two mails for each route.
func (s *subject) insertRoutes(routes ...string) {
	s.t.Helper()
	for i, route := range routes {
		one, two := newMail(2*i), newMail(2*i+1)
		one.Route, two.Route = route, route
		s.insert(one, two)
	}
}

func down(probeIn time.Duration) func(r *queue.Route) {
	return func(r *queue.Route) { r.Down, r.ProbeIn = true, probeIn }
}

func testRoutesListed(s *subject) {
	s.insertRoutes("second", "", "other")
	for range 3 {
		for _, m := range s.claim(all).Mails {
			s.finish(delivered(m.Lease))
		}
	}
	routes, err := s.store.Routes(s.t.Context())
	require.NoError(s.t, err)
	require.Len(s.t, routes, 3)
	for i, name := range []string{"", "other", "second"} {
		require.Equal(s.t, queue.Route{Name: name, Version: routes[i].Version}, routes[i])
		require.NotZero(s.t, routes[i].Version, "0 is for a route that has had no mail")
	}
}

func testSetRoute(s *subject) {
	s.insertRoutes("a")
	state := queue.Route{
		Name: "a", Down: true, Since: time.Now().Add(-far), Failures: 3, Alarm: true, Paused: true, Ramp: 7,
		LastError: "no “route” to host", ProbeIn: far, Version: s.route("a").Version,
	}
	set := func(r queue.Route) bool {
		done, err := s.store.SetRoute(s.t.Context(), r)
		require.NoError(s.t, err)
		return done
	}
	require.True(s.t, set(state))
	require.False(s.t, set(state), "it has changed since")

	kept := s.route("a")
	require.NotEqual(s.t, state.Version, kept.Version)
	require.InDelta(s.t, far, kept.ProbeIn, float64(far)/2)
	require.WithinDuration(s.t, state.Since, kept.Since, time.Millisecond)
	same := kept
	same.ProbeIn, same.Since, same.Version = state.ProbeIn, state.Since, state.Version
	require.Equal(s.t, state, same)

	unheard := queue.Route{Name: "unheard of"}
	require.True(s.t, set(unheard), "a route may be set before it has mail")
	require.False(s.t, set(unheard))
	require.False(s.t, set(queue.Route{Name: "nowhere", Version: 7}))
}

func testSetRouteRace(s *subject) {
	s.insertRoutes("a")
	read := s.route("a")
	type result struct {
		set bool
		err error
	}
	set := 0
	for _, r := range sideBySide(8, func(i int) result {
		mine := read
		mine.Failures = i
		done, err := s.store.SetRoute(s.t.Context(), mine)
		return result{done, err}
	}) {
		require.NoError(s.t, r.err)
		if r.set {
			set++
		}
	}
	require.Equal(s.t, 1, set)
}

func testDownSkipped(s *subject) {
	s.insertRoutes("a", "b")
	s.setRoute("a", down(far))
	require.Equal(s.t, "b", s.claim(all).Route)
	require.InDelta(s.t, far, s.claimNone(all), float64(far)/2)
	require.Equal(s.t, queue.Outgoing, s.get(0).State, "what was not tried stays in outgoing")

	s.setRoute("a", func(r *queue.Route) { *r = queue.Route{Name: r.Name, Version: r.Version} })
	batch := s.claim(all)
	require.Equal(s.t, []int{0, 1}, ids(batch))
	require.False(s.t, batch.Probe)
}

func testProbe(s *subject) {
	s.insertRoutes("a")
	s.setRoute("a", down(0))
	probe := s.claim(all)
	require.True(s.t, probe.Probe)
	require.Equal(s.t, []int{0}, ids(probe))
	require.InDelta(s.t, far, s.claimNone(all), float64(far)/2, "a second probe went out")

	// The next is due when the route's state says so, not when the mail is.
	s.setRoute("a", down(2*far))
	require.Equal(s.t, 1, s.finish(queue.Finish{Lease: probe.Mails[0].Lease}))
	require.InDelta(s.t, 2*far, s.claimNone(all), float64(far)/2)
}

func testProbeRace(s *subject) {
	s.insertRoutes("a", "a")
	s.setRoute("a", down(0))
	probes := make([]int, 8)
	errs := sideBySide(len(probes), func(i int) error {
		batch, _, err := s.store.Claim(s.t.Context(), all)
		if batch != nil {
			probes[i] = len(batch.Mails)
		}
		return err
	})
	require.NoError(s.t, errors.Join(errs...))
	slices.Sort(probes)
	require.Equal(s.t, []int{0, 0, 0, 0, 0, 0, 0, 1}, probes)
}

func testProbeLapses(s *subject) {
	s.insertRoutes("a")
	s.setRoute("a", down(soon))
	short := brief
	short.Lease = soon
	first := s.await(short)
	second := s.await(all)
	require.True(s.t, first.Probe)
	require.True(s.t, second.Probe)
	require.Len(s.t, second.Mails, 1)
}

func testProbeExtended(s *subject) {
	s.insertRoutes("a")
	s.setRoute("a", down(0))
	lease := s.claim(brief).Mails[0].Lease
	s.extend(2*far, lease)
	require.InDelta(s.t, 2*far, s.claimNone(all), float64(far)/2)
	require.InDelta(s.t, 2*far, s.route("a").ProbeIn, float64(far)/2)

	// Once its failure is on record, the probe's lease is a lease like others.
	s.setRoute("a", down(far))
	s.extend(3*far, lease)
	require.InDelta(s.t, far, s.claimNone(all), float64(far)/2)
}

func testProbeVersion(s *subject) {
	s.insertRoutes("a")
	s.setRoute("a", down(0))
	before := s.route("a")
	s.claim(all)
	before.ProbeIn = 0
	set, err := s.store.SetRoute(s.t.Context(), before)
	require.NoError(s.t, err)
	require.False(s.t, set, "who does not know of the probe must not bring another on")
}
