package queue

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestJanitorDropsWhatWasKeptForLongEnough(t *testing.T) {
	const hour = time.Hour
	for _, tt := range []struct {
		name string
		cfg  Config
		to   string
		data time.Duration // for how long
		mail time.Duration
	}{
		{"sent", Config{}, "delivered", day, 7 * day},
		{"sent, as configured", Config{KeepSent: 3 * hour, KeepBodies: hour}, "delivered", hour, 3 * hour},
		{"failed", Config{}, "permanent", 30 * day, 30 * day},
		{"failed, as configured", Config{KeepFailed: hour}, "permanent", hour, hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := open(t, Memory(), &relay{}, tt.cfg)
				m := letter(Immediate, tt.to)
				commit(t, q, m)
				pass(tt.data - 2*time.Minute)
				require.NotNil(t, record(t, q, m).Mail.Data)
				pass(4 * time.Minute)
				if tt.mail > tt.data {
					require.Nil(t, record(t, q, m).Mail.Data)
					pass(tt.mail - tt.data - 4*time.Minute)
					require.NotNil(t, record(t, q, m))
					pass(4 * time.Minute)
				}
				_, err := q.Get(t.Context(), m.ID)
				require.ErrorIs(t, err, ErrNotFound)
			})
		})
	}
}

func TestKeysCountForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := open(t, Memory(), &relay{}, Config{KeepKeys: time.Hour})
		again := func() bool {
			m := letter(Immediate, "a")
			m.Key = "order-7"
			commit(t, q, m)
			synctest.Wait()
			return m.Duplicate
		}
		require.False(t, again())
		pass(58 * time.Minute)
		require.True(t, again())
		pass(4 * time.Minute)
		require.False(t, again())
	})
}

// A dusty store has so many batches to clean, and fails where it is told to.
type dusty struct {
	Store
	mu      sync.Mutex
	batches int
	err     error
	cleaned []time.Duration
}

func (s *dusty) Clean(context.Context, Retention) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cleaned = append(s.cleaned, since())
	if s.err != nil || s.batches == 0 {
		return 0, s.err
	}
	s.batches--
	return 500, nil
}

func (s *dusty) set(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func TestJanitorWorksInBatchesOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &dusty{Store: Memory(), batches: 3}
		open(t, store, &relay{}, Config{})
		pass(2*time.Minute + time.Second)
		require.Equal(t, []time.Duration{0, minWait, 2 * minWait, 3 * minWait, time.Minute, 2 * time.Minute}, store.cleaned)
	})
}

func TestJanitorLogsAFaultOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		store := &dusty{Store: Memory(), err: errors.New("disk on fire")}
		open(t, store, &relay{}, Config{Logger: log.logger()})
		pass(10 * time.Minute)
		require.Equal(t, 1, log.count("level=ERROR", "cannot drop", "disk on fire"))
		store.set(nil)
		pass(10 * time.Minute)
		require.Equal(t, 1, log.count("level=INFO", "dropped again"))
		store.set(errors.New("again"))
		pass(10 * time.Minute)
		require.Equal(t, 2, log.count("level=ERROR", "cannot drop"))
	})
}

func TestWithoutAHostNothingIsCleaned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &dusty{Store: Memory()}
		open(t, store, nil, Config{})
		pass(time.Hour)
		require.Empty(t, store.cleaned)
	})
}
