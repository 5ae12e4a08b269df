package queue

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMailerWakes(t *testing.T) {
	later := func(lane Lane, d time.Duration) *Mail {
		m := letter(lane, "a")
		m.NotBefore = time.Now().Add(d)
		return m
	}
	for _, tt := range []struct {
		name string
		do   func(t *testing.T, q *Queue) // one second after Open
		want time.Duration                // of the attempt
	}{
		{"immediate mail goes at once", func(t *testing.T, q *Queue) { commit(t, q, letter(Immediate, "a")) }, time.Second},
		{"normal mail at the tick", func(t *testing.T, q *Queue) { commit(t, q, letter(Normal, "a")) }, 5 * time.Second},
		{"normal mail when signalled", func(t *testing.T, q *Queue) {
			commit(t, q, letter(Normal, "a"))
			q.Signal()
		}, time.Second},
		{"bulk mail after Defer", func(t *testing.T, q *Queue) { commit(t, q, letter(Bulk, "a")) }, 301 * time.Second},
		{"deferred mail when it falls due, between ticks", func(t *testing.T, q *Queue) {
			commit(t, q, later(Normal, 7*time.Second))
		}, 8 * time.Second},
		{"immediate mail that is due later", func(t *testing.T, q *Queue) {
			commit(t, q, later(Immediate, 7*time.Second))
		}, 8 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &relay{}
				q := open(t, Memory(), r, Config{})
				pass(time.Second)
				tt.do(t, q)
				pass(time.Hour)
				require.Equal(t, []time.Duration{tt.want}, r.times())
			})
		})
	}
}

func TestMailerTakesAllThatIsDueInBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &relay{}
		q := open(t, Memory(), r, Config{})
		synctest.Wait()
		for range 5 {
			var mails []*Mail
			for range 51 {
				mails = append(mails, letter(Normal, "a"))
			}
			commit(t, q, mails...)
		}
		q.Signal()
		synctest.Wait()
		sizes := map[int]int{}
		for _, a := range r.attempts() {
			sizes[a.batch]++
		}
		require.Equal(t, map[int]int{100: 200, 55: 55}, sizes)
		require.LessOrEqual(t, r.most, 4)
	})
}

func TestMailerBatchesAreBoundedInBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &relay{}
		q := open(t, Memory(), r, Config{})
		synctest.Wait()
		for range 5 {
			m := letter(Normal, "a")
			m.Data = bytes.Repeat([]byte("14 bytes here.\r\n"), 2<<20/16)
			commit(t, q, m)
		}
		q.Signal()
		synctest.Wait()
		for _, a := range r.attempts() {
			require.LessOrEqual(t, a.batch, 2)
		}
		require.Len(t, r.attempts(), 5)
	})
}

func TestMailerRunsNoMoreSendersForARelayThanConfigured(t *testing.T) {
	for senders, want := range map[int]int{1: 1, 2: 1, 4: 3} { // of two and more, one is kept
		synctest.Test(t, func(t *testing.T) {
			g := gateTo(t, "slow")
			r := &relay{during: g.during}
			q := open(t, Memory(), r, Config{Senders: senders})
			for range 10 {
				m := letter(Normal, "slow")
				m.Data = bytes.Repeat([]byte("14 bytes here.\r\n"), batchBytes/16)
				commit(t, q, m)
			}
			pass(time.Minute)
			require.Equal(t, want, r.most)
			require.Len(t, r.attempts(), want)
			g.open()
			pass(time.Minute)
			require.Len(t, r.attempts(), 10)
		})
	}
}

func TestBulkDoesNotDelayImmediateMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateTo(t, "bulk")
		r := &relay{during: g.during}
		q := open(t, Memory(), r, Config{Senders: 2})
		var bulk []*Mail
		for range 500 {
			bulk = append(bulk, letter(Bulk, "bulk"))
		}
		commit(t, q, bulk...)
		pass(10 * time.Minute)
		require.Len(t, r.attempts(), 1, "a batch of bulk mail blocks the general sender")

		normal, immediate := letter(Normal, "normal"), letter(Immediate, "immediate")
		commit(t, q, normal, immediate)
		synctest.Wait()
		requireState(t, q, immediate, Sent)
		pass(time.Minute)
		requireState(t, q, normal, Outgoing)

		again := letter(Immediate, "immediate")
		commit(t, q, again)
		synctest.Wait()
		requireState(t, q, again, Sent)

		g.open()
		synctest.Wait()
		requireState(t, q, normal, Sent)
		require.Equal(t, "normal@customer.example", r.attempts()[102].to, "before the rest of the bulk mail")
	})
}

// Without a signal.
func TestMailerClaimsAgainWhenASenderHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateTo(t, "slow")
		r := &relay{during: g.during}
		q := open(t, Memory(), r, Config{Senders: 1, Interval: time.Hour})
		synctest.Wait()
		commit(t, q, letter(Immediate, "slow")) // whose signal is heeded
		synctest.Wait()
		m := letter(Normal, "a")
		commit(t, q, m)
		synctest.Wait()
		requireState(t, q, m, Outgoing)
		g.open()
		synctest.Wait()
		requireState(t, q, m, Sent)
	})
}

func TestMailerWithAStoreThatFailsWaitsForTheTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		store := &faulty{Store: Memory(), claim: errors.New("disk on fire")}
		r := &relay{}
		q := open(t, store, r, Config{Logger: log.logger()})
		synctest.Wait()
		require.Equal(t, 1, store.called(&store.claims))
		for range 100 {
			commit(t, q, letter(Immediate, "a"))
			synctest.Wait()
		}
		require.Equal(t, 1, store.called(&store.claims), "signals do not count")
		pass(21 * time.Second)
		require.Equal(t, 5, store.called(&store.claims))
		require.Equal(t, 5, log.count("level=ERROR", "cannot claim", "disk on fire"))
		store.fail(&store.claim, nil)
		pass(4 * time.Second)
		require.Len(t, r.attempts(), 100)
	})
}

// A coarse store always says that something falls due now, and has nothing.
type coarse struct {
	Store
	claims int
}

func (s *coarse) Claim(context.Context, Want) (*Batch, time.Duration, error) {
	s.claims++
	return nil, 0, nil
}

func TestMailerDoesNotSpin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &coarse{Store: Memory()}
		q := open(t, store, &relay{}, Config{})
		pass(time.Second)
		require.NoError(t, q.Close(t.Context()))
		require.InDelta(t, 100, store.claims, 2)
	})
	t.Run("with a host that tries nothing", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			r := &relay{}
			q := open(t, Memory(), r, Config{Senders: 1})
			synctest.Wait()
			m := letter(Immediate, "unsent")
			commit(t, q, m)
			pass(21 * time.Second)
			require.Len(t, r.attempts(), 5, "at once and at each tick")
			require.Zero(t, record(t, q, m).Attempts)
		})
	})
}

func TestMailerRetriesOnSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &relay{}
		q := open(t, Memory(), r, Config{})
		m := letter(Immediate, "transient", "delivered", "permanent")
		commit(t, q, m)
		synctest.Wait()
		requireState(t, q, m, Deferred)
		pass(72 * time.Hour)

		times := r.times()
		for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
			require.InDelta(t, want*time.Minute, times[i+1]-times[i], 0.11*float64(want*time.Minute), "retry %d", i+1)
		}
		require.Less(t, times[len(times)-1], 48*time.Hour)
		require.Greater(t, times[len(times)-1], 46*time.Hour)
		for _, a := range r.attempts()[1:] {
			require.Equal(t, "transient@customer.example", a.to, "only who is pending")
		}
		got := record(t, q, m)
		require.Equal(t, Failed, got.State)
		require.Equal(t, len(times), got.Attempts)
		require.Equal(t, "expired: relay said transient", got.Recipients[0].Last.Text)
	})
}

func TestMailThatExpiredIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := Memory()
		q := open(t, store, nil, Config{})
		var mails []*Mail
		for range 250 {
			m := letter(Normal, "a")
			m.Expires = time.Now().Add(time.Minute)
			mails = append(mails, m)
		}
		commit(t, q, mails...)
		pass(2 * time.Minute)
		require.NoError(t, q.Close(t.Context()))

		r := &relay{}
		q = open(t, store, r, Config{Senders: 1})
		synctest.Wait()
		require.Empty(t, r.attempts())
		for _, m := range mails {
			got := record(t, q, m)
			require.Equal(t, Failed, got.State)
			require.Contains(t, got.Last, "expired")
		}
	})
}
