package queue

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

// away is a relay that cannot be reached until it is told to be back.
func away() (*relay, *atomic.Bool) {
	back := &atomic.Bool{}
	return &relay{answer: func(*host.Envelope, string) host.Outcome {
		if back.Load() {
			return host.Delivered
		}
		return host.Unreachable
	}}, back
}

func TestRouteThatIsDownIsProbedByOneMailAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, back := away()
		q := open(t, Memory(), r, Config{})
		var mails []*Mail
		for range 250 {
			mails = append(mails, letter(Immediate, "a"))
		}
		commit(t, q, mails[:50]...)
		synctest.Wait()
		require.True(t, onlyRoute(t, q).Down)
		tried := len(r.attempts())
		require.Equal(t, 50, tried, "one batch")
		commit(t, q, mails[50:]...)

		pass(10 * time.Minute)
		probes := r.attempts()[tried:]
		last := time.Duration(0)
		for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
			require.Equal(t, want*time.Second, probes[i].at-last, "probe %d", i+1)
			require.Equal(t, 1, probes[i].batch)
			last = probes[i].at
		}
		for _, m := range mails {
			require.Zero(t, record(t, q, m).Attempts, "nobody's attempt is used up")
		}

		back.Store(true)
		pass(time.Minute)
		require.False(t, onlyRoute(t, q).Down)
		counts, err := q.Count(t.Context(), Filter{})
		require.NoError(t, err)
		require.Equal(t, map[State]int{Sent: 250}, counts, "all at once, when the probe has succeeded")
	})
}

func TestRouteWithAnAlarmIsProbedRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := away()
		r.alarm = true
		q := open(t, Memory(), r, Config{})
		commit(t, q, letter(Immediate, "a"))
		pass(time.Hour)
		require.Equal(t, []time.Duration{
			0, time.Minute, 3 * time.Minute, 7 * time.Minute, 15 * time.Minute, 30 * time.Minute, 45 * time.Minute, 60 * time.Minute,
		}, r.times())
		require.True(t, onlyRoute(t, q).Alarm)
	})
}

func TestOneBadRelayDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &relay{answer: func(e *host.Envelope, _ string) host.Outcome {
			if e.Route == "bad" {
				return host.Unreachable
			}
			return host.Delivered
		}}
		q := open(t, Memory(), r, Config{})
		for range 20 {
			bad, good := letter(Immediate, "a"), letter(Immediate, "b")
			bad.Route = "bad"
			commit(t, q, bad, good)
			synctest.Wait()
			requireState(t, q, good, Sent)
			pass(time.Second)
		}
	})
}

func TestRouteIsUpAfterAnyAnswerToAProbe(t *testing.T) {
	for _, o := range []host.Outcome{host.Delivered, host.Transient, host.Permanent, host.Uncertain} {
		synctest.Test(t, func(t *testing.T) {
			r, _ := away()
			q := open(t, Memory(), r, Config{})
			commit(t, q, letter(Immediate, "a"))
			synctest.Wait()
			r.answers(func(*host.Envelope, string) host.Outcome { return o })
			pass(time.Second)
			require.False(t, onlyRoute(t, q).Down, o)
		})
	}
}

func TestBatchesInFlightDoNotDoubleTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateTo(t, "slow")
		r, _ := away()
		r.during = g.during
		q := open(t, Memory(), r, Config{})
		slow := letter(Immediate, "slow")
		commit(t, q, slow)
		synctest.Wait()
		commit(t, q, letter(Immediate, "a"))
		synctest.Wait()
		g.open()
		synctest.Wait()
		require.Len(t, r.attempts(), 2)
		require.Zero(t, onlyRoute(t, q).Failures)
		require.Equal(t, time.Second, time.Until(record(t, q, slow).Due))
	})
}

func TestABatchTellsOnceThatItsRouteIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := away()
		store := &faulty{Store: Memory()}
		q := open(t, store, r, Config{})
		synctest.Wait()
		before := store.called(&store.routings)
		var mails []*Mail
		for range 100 {
			mails = append(mails, letter(Immediate, "a"))
		}
		commit(t, q, mails...)
		synctest.Wait()
		require.Len(t, r.attempts(), 100)
		require.Equal(t, before+1, store.called(&store.routings))
	})
}

func TestProbeThatExpiredMakesWayForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, back := away()
		r.alarm = true
		q := open(t, Memory(), r, Config{})
		dying, living := letter(Immediate, "a"), letter(Immediate, "b")
		dying.Expires = time.Now().Add(59 * time.Second)
		commit(t, q, dying, living)
		synctest.Wait()
		requireState(t, q, dying, Failed) // its next attempt would come too late
		m := letter(Immediate, "c")
		m.Expires = time.Now().Add(30 * time.Second)
		commit(t, q, m)
		back.Store(true)
		pass(time.Minute)
		requireState(t, q, m, Failed)
		require.Len(t, r.attempts(), 3)
		requireState(t, q, living, Sent)
	})
}

func TestProbeThatWasNotSentIsDueAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := away()
		store := Memory()
		q := open(t, store, r, Config{Senders: 1})
		commit(t, q, letter(Immediate, "a"))
		synctest.Wait()
		r.answers(func(*host.Envelope, string) host.Outcome { return host.Unsent })
		pass(time.Second)
		require.Equal(t, []time.Duration{0, time.Second}, r.times())
		route := onlyRoute(t, q)
		require.True(t, route.Down)
		require.Zero(t, route.ProbeIn)
		require.Zero(t, route.Failures)
	})
}

func TestRoutesAreSharedByProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := Memory()
		r, _ := away()
		q := open(t, store, r, Config{})
		commit(t, q, letter(Immediate, "a"))
		synctest.Wait()
		other, _ := away()
		open(t, store, other, Config{})
		pass(10 * time.Minute)
		probes := len(r.attempts()) + len(other.attempts())
		require.Less(t, probes, 20, "one probe at a time, whoever sends it")
	})
}

// picky is a relay that gives up at the MAIL command of some senders.
type picky struct{ relay }

func (p *picky) Send(ctx context.Context, batch []*host.Envelope, done func(int, []host.Report)) {
	for i, e := range batch {
		if e.From == "bad@acme.example" {
			done(i, []host.Report{{To: e.To[0], Outcome: host.Unreachable, AtMail: true, Text: "closed at MAIL"}})
			for i++; i < len(batch); i++ {
				done(i, []host.Report{{To: batch[i].To[0], Outcome: host.Unsent}})
			}
			return
		}
		p.relay.Send(ctx, batch[i:i+1], func(_ int, reports []host.Report) { done(i, reports) })
	}
}

// Once is no proof against a mail, twice is: it is tried again at growing
// intervals, and others are not kept waiting for it.
func TestMailThatAlwaysTakesTheRouteDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &picky{}
		q := open(t, Memory(), r, Config{Senders: 1})
		bad := letter(Immediate, "bad")
		bad.From = "bad@acme.example"
		commit(t, q, bad)
		pass(10 * time.Second)
		require.Equal(t, 1, record(t, q, bad).Attempts)
		require.False(t, onlyRoute(t, q).Down)
		for range 60 {
			commit(t, q, letter(Immediate, "good"))
			pass(5 * time.Second)
		}
		var latest time.Duration
		for i, a := range r.attempts() {
			latest = max(latest, a.at-10*time.Second-time.Duration(i)*5*time.Second)
		}
		require.Len(t, r.attempts(), 60)
		require.LessOrEqual(t, latest, 2*time.Second, "a probe's wait")
		require.LessOrEqual(t, record(t, q, bad).Attempts, 4, "1 min, 2 min, 4 min")
		requireState(t, q, bad, Deferred)
	})
}

// Mail at which the relay gives up takes its route down, but what is behind it
// goes first when the route is up again.
func TestMailThatTakesTheRouteDownGoesLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &picky{}
		q := open(t, Memory(), r, Config{Senders: 1})
		var mails []*Mail
		for i := range 25 {
			m := letter(Immediate, fmt.Sprint("m", i))
			if i == 0 {
				m.From = "bad@acme.example"
			}
			mails = append(mails, m)
		}
		commit(t, q, mails...)
		pass(30 * time.Second)
		for _, m := range mails[1:] {
			requireState(t, q, m, Sent)
		}
		require.Less(t, r.attempts()[23].at, 5*time.Second)
	})
}
