package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var beatRules = []rule{
	{"a heartbeat takes the place of the one before", testBeat},
	{"a heartbeat grows old", testBeatAges},
}

func (s *subject) beat(beat queue.Heartbeat) {
	s.t.Helper()
	require.NoError(s.t, s.store.Beat(s.t.Context(), beat))
}

// mailers returns the heartbeats by mailer.
func (s *subject) mailers() map[string]queue.Heartbeat {
	s.t.Helper()
	beats := map[string]queue.Heartbeat{}
	for _, b := range s.totals().Mailers {
		require.NotContains(s.t, beats, b.Mailer)
		beats[b.Mailer] = b
	}
	return beats
}

func testBeat(s *subject) {
	one := queue.Heartbeat{
		Mailer: "one", Process: "host “a” 7", Interval: 5 * time.Second, Started: 3 * far, Moved: 2 * far,
		Sending: 4, Connections: 7, LastError: "disk full", Seen: 9 * far,
	}
	two := queue.Heartbeat{Mailer: "two", Process: "host b", Interval: time.Second, Connections: -1}
	s.beat(one)
	s.beat(two)
	s.requireBeats(one, two)

	one.Moved, one.Sending, one.Connections, one.LastError = far, 0, 0, ""
	s.beat(one)
	s.requireBeats(one, two)
}

// requireBeats compares heartbeats that were stored a moment ago.
func (s *subject) requireBeats(want ...queue.Heartbeat) {
	s.t.Helper()
	got := s.mailers()
	require.Len(s.t, got, len(want))
	for _, beat := range want {
		stored := got[beat.Mailer]
		require.InDelta(s.t, beat.Started, stored.Started, halfAnHour)
		require.InDelta(s.t, beat.Moved, stored.Moved, halfAnHour)
		require.InDelta(s.t, 0, stored.Seen, halfAnHour, "Seen is set by the store")
		stored.Started, stored.Moved, stored.Seen = beat.Started, beat.Moved, beat.Seen
		require.Equal(s.t, beat, stored)
	}
}

func testBeatAges(s *subject) {
	s.beat(queue.Heartbeat{Mailer: "one", Started: far, Moved: far / 2})
	s.pass(1)
	s.beat(queue.Heartbeat{Mailer: "two"})
	beats := s.mailers()
	one := beats["one"]
	require.Greater(s.t, one.Seen, 10*soon)
	require.Less(s.t, beats["two"].Seen, one.Seen)
	require.InDelta(s.t, one.Seen, one.Started-far, float64(2*soon), "all ages grow")
	require.InDelta(s.t, one.Seen, one.Moved-far/2, float64(2*soon))
}
