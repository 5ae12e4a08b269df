package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var pauseRules = []rule{
	{"no mail is claimed of a route that is paused", testPaused},
	{"no mail is claimed while all routes are paused", testPausedAll},
	{"what is in flight when its route is paused can be finished", testPausedInFlight},
	{"a route can be paused before it has mail", testPausedBefore},
	{"a route that is down can be paused", testPausedDown},
	{"a pause leaves a probe that is out the probe", testPausedProbe},
	{"no mail is stored for all routes", testInsertAllRoutes},
}

// pause pauses or resumes a route, which need not have a state.
func (s *subject) pause(name string, paused bool) {
	s.t.Helper()
	route := queue.Route{Name: name}
	routes, err := s.store.Routes(s.t.Context())
	require.NoError(s.t, err)
	for _, r := range routes {
		if r.Name == name {
			route = r
		}
	}
	route.Paused = paused
	set, err := s.store.SetRoute(s.t.Context(), route)
	require.NoError(s.t, err)
	require.True(s.t, set)
	require.Equal(s.t, paused, s.route(name).Paused)
}

func testPaused(s *subject) {
	s.insertRoutes("a", "b")
	s.pause("a", true)
	require.Equal(s.t, "b", s.claim(all).Route)
	later := newMail(9)
	later.Route, later.NotBefore = "b", time.Now().Add(3*far)
	s.insert(later)
	require.InDelta(s.t, far, s.claimNone(all), float64(far)/2, "what is paused is not waited for")
	require.Equal(s.t, queue.Outgoing, s.get(0).State, "it stays where it is")

	s.pause("a", false)
	require.Equal(s.t, []int{0, 1}, ids(s.claim(all)))
}

func testPausedAll(s *subject) {
	s.insertRoutes("a", "")
	urgent := newMail(9)
	urgent.Lane = queue.Immediate
	s.insert(urgent)
	s.pause(queue.AllRoutes, true)
	require.Negative(s.t, s.claimNone(all), "nothing is waiting")
	require.Negative(s.t, s.claimNone(queue.Want{ImmediateOnly: true, Mails: 1}))
	require.False(s.t, s.route("a").Paused, "it is paused by all's state, not by its own")

	s.pause("a", true)
	s.pause(queue.AllRoutes, false)
	require.Equal(s.t, []int{9, 2, 3}, ids(s.claim(all)))
	s.claimNone(all)
}

func testPausedInFlight(s *subject) {
	for _, route := range []string{"", queue.AllRoutes} {
		s.insert(newMail(1), newMail(2))
		batch := s.claim(all)
		s.pause(route, true)
		s.extend(2*far, batch.Mails[0].Lease)
		require.WithinDuration(s.t, time.Now().Add(2*far), s.get(1).Due, far/2)
		require.Equal(s.t, 2, s.finish(delivered(batch.Mails[0].Lease), queue.Finish{Lease: batch.Mails[1].Lease}))
		require.Equal(s.t, queue.Sent, s.get(1).State)
		require.Equal(s.t, queue.Outgoing, s.get(2).State)
		s.pause(route, false)
		require.Equal(s.t, 2, s.update(queue.OperationDelete, 1, 2))
	}
}

func testPausedBefore(s *subject) {
	s.pause("a", true)
	s.insertRoutes("a")
	require.True(s.t, s.route("a").Paused, "its first mail resumed it")
	require.Negative(s.t, s.claimNone(all))
	s.pause("a", false)
	require.Equal(s.t, []int{0, 1}, ids(s.claim(all)))
}

func testPausedDown(s *subject) {
	s.insertRoutes("a")
	s.setRoute("a", down(0))
	s.pause("a", true)
	require.True(s.t, s.route("a").Down)
	require.Negative(s.t, s.claimNone(all), "its probe is paused too")
	s.pause("a", false)
	require.True(s.t, s.claim(all).Probe)
}

func testPausedProbe(s *subject) {
	s.insertRoutes("a")
	s.setRoute("a", down(0))
	lease := s.claim(all).Mails[0].Lease
	s.pause("a", true)
	s.pause("a", false)
	require.InDelta(s.t, far, s.claimNone(all), float64(far)/2)
	s.extend(3*far, lease)
	require.InDelta(s.t, 3*far, s.claimNone(all), float64(far)/2, "a second probe would go out")
}

func testInsertAllRoutes(s *subject) {
	m := newMail(1)
	m.Route = queue.AllRoutes
	require.Error(s.t, s.store.Insert(s.t.Context(), []*queue.Mail{newMail(2), m}))
	require.Zero(s.t, s.total())
}
