package queue

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := Memory()
		q := open(t, store, &relay{}, Config{})
		other := open(t, store, nil, Config{})
		pass(10 * time.Minute)
		start := time.Now()
		away := letter(Immediate, "unreachable")
		away.Route = "away"
		commit(t, q, letter(Immediate, "a"), letter(Immediate, "b"), letter(Immediate, "permanent"),
			letter(Immediate, "transient"), letter(Bulk, "c"), away)
		pass(30 * time.Second)
		s := stats(t, other)
		require.Equal(t, []Total{
			{State: Deferred, Lane: Immediate, Count: 2, Oldest: start},
			{State: Deferred, Lane: Bulk, Count: 1, Oldest: start},
			{State: Failed, Lane: Immediate, Count: 1, Oldest: start},
			{State: Sent, Lane: Immediate, Count: 2, Oldest: start},
		}, s.Queues)
		require.Equal(t, []Minute{{At: start.UTC(), In: 6, Out: 2, Deferred: 1, Failed: 1}}, s.Minutes)
		require.InDelta(t, 6/4.5, s.PerMinute.In, 0.001)
		require.InDelta(t, 2/4.5, s.PerMinute.Out, 0.001)
		require.InDelta(t, 1/4.5, s.PerMinute.Deferred, 0.001)
		require.InDelta(t, 1/4.5, s.PerMinute.Failed, 0.001)
		require.Len(t, s.Routes, 2)
		require.True(t, s.Routes[1].Down)
		require.Equal(t, "relay said unreachable", s.Routes[1].LastError)
		require.Zero(t, s.Waiting)
		pass(6 * time.Minute)
		require.Zero(t, stats(t, other).PerMinute.In, "of the last minutes")
		require.Equal(t, 6, stats(t, other).Minutes[0].In, "for charts")
	})
}

func TestStatsDrawsFromWhoIsAlive(t *testing.T) {
	const s = time.Second
	for _, tt := range []struct {
		name    string
		mailers []Heartbeat
		waiting time.Duration
		want    Stats
	}{
		{"nothing waits", nil, 0, Stats{}},
		{"no mailer", nil, 15 * s, Stats{Stalled: true}},
		{"no mailer, but it is early", nil, 14 * s, Stats{}},
		{"one that moves", []Heartbeat{{Interval: 5 * s, Moved: 14 * s, Sending: 2}}, time.Hour, Stats{Sending: 2}},
		{"one that does not", []Heartbeat{{Interval: 5 * s, Moved: 15 * s, LastError: "x"}}, time.Hour, Stats{Stalled: true, LastError: "x"}},
		{"a slow tick", []Heartbeat{{Interval: time.Minute, Moved: 2 * time.Minute}}, 2 * time.Minute, Stats{}},
		{"a fast tick", []Heartbeat{{Interval: 1, Moved: 2 * s}}, time.Hour, Stats{}},
		{"one of two", []Heartbeat{{Interval: 5 * s, Moved: time.Hour, Sending: 1}, {Interval: 5 * s, Sending: 2}}, time.Hour, Stats{Sending: 3}},
		{"one that died", []Heartbeat{{Interval: 5 * s, Seen: 16 * s, Moved: s, Sending: 9}}, time.Hour, Stats{Stalled: true}},
		{"the latest error", []Heartbeat{{Seen: 3 * s, LastError: "a"}, {Seen: s, LastError: "b"}, {Seen: 0}}, 0, Stats{LastError: "b"}},
	} {
		got := Stats{Waiting: tt.waiting}
		got.draw(tt.mailers, 5*s)
		tt.want.Waiting = tt.waiting
		require.Equal(t, tt.want, got, tt.name)
	}
}

// A blind store cannot count.
type blind struct{ Store }

func (blind) Totals(context.Context) (*Totals, error) { return nil, errors.New("disk on fire") }

func TestStatsWhereTheStoreFails(t *testing.T) {
	_, err := open(t, blind{Memory()}, nil, Config{}).Stats(t.Context())
	require.ErrorContains(t, err, "disk on fire")
	_, err = open(t, &faulty{Store: Memory(), routes: errors.New("disk on fire")}, nil, Config{}).Stats(t.Context())
	require.ErrorContains(t, err, "disk on fire")
	q := open(t, Memory(), nil, Config{})
	require.NoError(t, q.Close(t.Context()))
	_, err = q.Stats(t.Context())
	require.ErrorIs(t, err, ErrClosed)
}
