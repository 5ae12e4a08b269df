package queue

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

// A listening store takes down when heartbeats come.
type listening struct {
	Store
	mu    sync.Mutex
	beats []time.Duration
	err   error
}

func (s *listening) Beat(ctx context.Context, beat Heartbeat) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.beats = append(s.beats, since())
	if s.err != nil {
		return s.err
	}
	return s.Store.Beat(ctx, beat)
}

func (s *listening) set(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func TestMailerBeatsAtItsTickButOnceASecondAtMost(t *testing.T) {
	for interval, beats := range map[time.Duration]int{0: 13, time.Minute: 2, 10 * time.Millisecond: 61} {
		synctest.Test(t, func(t *testing.T) {
			store := &listening{Store: Memory()}
			open(t, store, &relay{}, Config{Interval: interval})
			pass(time.Minute + time.Millisecond)
			require.Len(t, store.beats, beats, interval)
			require.Zero(t, store.beats[0], "at the start")
		})
	}
}

// A connected host says how many connections it has.
type connected struct{ *relay }

func (connected) Connections() int { return 3 }

func TestHeartbeatTellsOfConnections(t *testing.T) {
	for want, h := range map[int]host.Host{-1: &relay{}, 3: connected{&relay{}}} {
		synctest.Test(t, func(t *testing.T) {
			q := open(t, Memory(), h, Config{})
			synctest.Wait()
			require.Equal(t, want, stats(t, q).Mailers[0].Connections)
		})
	}
}

func TestHeartbeatTellsOfItsMailer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateTo(t, "slow")
		store := Memory()
		q := open(t, store, &relay{during: g.during}, Config{})
		other := open(t, store, nil, Config{})
		pass(time.Minute)
		commit(t, q, letter(Immediate, "slow"), letter(Immediate, "b"))
		pass(7 * time.Second)
		s := stats(t, other)
		require.Len(t, s.Mailers, 1)
		m := s.Mailers[0]
		require.Equal(t, 5*time.Second, m.Interval)
		require.Equal(t, 67*time.Second, m.Started)
		require.Equal(t, 7*time.Second, m.Moved)
		require.Equal(t, 2*time.Second, m.Seen)
		require.Equal(t, 2, m.Sending)
		require.Equal(t, 2, s.Sending)
		require.NotEmpty(t, m.Process)
		require.True(t, m.Alive())
		g.open()
	})
}

// A mailer that was closed is not missed; one that was killed is.
func TestMailerThatWasClosedSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := Memory()
		q := open(t, store, &relay{}, Config{})
		other := open(t, store, nil, Config{})
		pass(time.Minute)
		require.NoError(t, q.Close(t.Context()))
		m := stats(t, other).Mailers[0]
		require.Zero(t, m.Interval)
		require.False(t, m.Alive())
		require.False(t, stats(t, other).Stalled)

		commit(t, other, letter(Immediate, "a"))
		pass(16 * time.Second)
		require.True(t, stats(t, other).Stalled, "mail is due, and there is no mailer")
	})
}

func TestHeartbeatThatCannotBeStoredIsSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		store := &listening{Store: Memory(), err: errors.New("disk full")}
		q := open(t, store, &relay{}, Config{Logger: log.logger()})
		pass(time.Minute)
		require.Equal(t, 1, log.count("level=ERROR", "heartbeat", "disk full"))
		m := letter(Immediate, "a")
		commit(t, q, m)
		synctest.Wait()
		requireState(t, q, m, Sent)
		store.set(nil)
		pass(time.Minute)
		require.Equal(t, 1, log.count("level=INFO", "heartbeat is stored again"))
		require.Equal(t, "disk full", stats(t, q).LastError)
	})
}
