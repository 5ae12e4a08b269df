package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var turnRules = []rule{
	{"routes take turns within a lane", testTurns},
	{"a lane comes before turns", testTurnsLane},
	{"a route's state does not change whose turn it is", testTurnsSetRoute},
	{"routes to be skipped give no mail", testSkip},
	{"a route that comes up gives a few mails at a time", testRamp},
}

// insertLane stores mails of a route, from the n-th on.
func (s *subject) insertLane(n, mails int, route string, lane queue.Lane, due time.Time) {
	s.t.Helper()
	for i := range mails {
		m := newMail(n + i)
		m.Route, m.Lane, m.NotBefore = route, lane, due
		s.insert(m)
	}
}

// claimRoutes returns the routes of the next claims, of one mail each.
func (s *subject) claimRoutes(claims int) (routes []string) {
	s.t.Helper()
	for range claims {
		routes = append(routes, s.claim(one).Route)
	}
	return routes
}

func testTurns(s *subject) {
	now := time.Now()
	s.insertLane(0, 4, "a", queue.Normal, now.Add(-3*far)) // the oldest, all of it
	s.insertLane(10, 3, "b", queue.Normal, now.Add(-far))
	s.insertLane(20, 3, "c", queue.Normal, now.Add(-2*far))
	first := s.claimRoutes(3)
	require.ElementsMatch(s.t, []string{"a", "b", "c"}, first)
	require.Equal(s.t, first, s.claimRoutes(3), "the route whose last claim is longest ago is next")
	s.insertLane(30, 1, "new", queue.Normal, now.Add(-soon))
	require.Equal(s.t, "new", s.claim(one).Route, "a route that was never claimed is next")
	require.Equal(s.t, first, s.claimRoutes(3))
	require.Equal(s.t, []string{"a"}, s.claimRoutes(1))
	s.claimNone(all)
}

func testTurnsLane(s *subject) {
	now := time.Now()
	s.insertLane(0, 3, "a", queue.Immediate, now.Add(-far))
	s.insertLane(3, 1, "a", queue.Bulk, now.Add(-far))
	s.insertLane(10, 2, "b", queue.Normal, now.Add(-5*far))
	require.Equal(s.t, []string{"a", "a"}, s.claimRoutes(2), "a lane is served before the next one")
	require.Equal(s.t, []int{2, 3}, ids(s.claim(all)), "a batch takes lower lanes of its route")
	require.Equal(s.t, []int{10, 11}, ids(s.claim(all)))
}

func testTurnsSetRoute(s *subject) {
	s.insertRoutes("a", "b")
	first := s.claimRoutes(2)
	s.setRoute(first[1], func(r *queue.Route) { r.LastError = "it is well known now" })
	require.Equal(s.t, first, s.claimRoutes(2))
}

func testSkip(s *subject) {
	s.insertRoutes("a", "b", "")
	want := all
	want.Skip = []string{"a", "", "unheard of"}
	require.Equal(s.t, "b", s.claim(want).Route)
	require.InDelta(s.t, far, s.claimNone(want), float64(far)/2, "what is skipped is not waited for")
	want.Skip = []string{"a", "b", ""}
	require.Negative(s.t, s.claimNone(want))
	want.Skip = []string{}
	require.ElementsMatch(s.t, []string{"a", ""}, []string{s.claim(want).Route, s.claim(want).Route})
}

func testRamp(s *subject) {
	s.insertRoutes("a", "a", "b")
	for n := range 7 {
		m := newMail(10 + n)
		m.Route = []string{"a", "b"}[n/5]
		s.insert(m)
	}
	s.setRoute("a", func(r *queue.Route) { r.Ramp = 3 })
	require.Equal(s.t, 3, s.route("a").Ramp)
	sizes := map[string][2]int{}
	for range 2 {
		batch := s.claim(all)
		sizes[batch.Route] = [2]int{len(batch.Mails), batch.Ramp}
	}
	require.Equal(s.t, map[string][2]int{"a": {3, 3}, "b": {4, 0}}, sizes)
	require.Len(s.t, s.claim(one).Mails, 1, "a smaller limit holds")

	s.setRoute("a", down(0))
	require.Len(s.t, s.claim(all).Mails, 1, "a probe is one mail")

	s.setRoute("a", func(r *queue.Route) { r.Down, r.Ramp = false, 0 })
	batch := s.claim(all)
	require.Len(s.t, batch.Mails, 4)
	require.Zero(s.t, batch.Ramp)
}
