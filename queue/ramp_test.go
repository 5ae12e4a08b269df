package queue

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

// backlog fills a queue with so many mails that cannot be sent.
func backlog(t *testing.T, q *Queue, n int) []*Mail {
	var mails []*Mail
	for i := range n {
		mails = append(mails, letter(Immediate, fmt.Sprint("m", i)))
	}
	commit(t, q, mails...)
	pass(30 * time.Second)
	return mails
}

func TestRouteThatComesUpIsNotSwamped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, back := away()
		q := open(t, Memory(), r, Config{Senders: 1})
		backlog(t, q, 400)
		tried := len(r.attempts())
		back.Store(true)
		pass(2 * time.Second)
		var sizes []int
		for sent := r.attempts()[tried:]; len(sent) > 0; sent = sent[sent[0].batch:] {
			sizes = append(sizes, sent[0].batch)
		}
		require.Equal(t, []int{1, 2, 4, 8, 16, 32, 64, 100, 100, 73}, sizes)
		require.Zero(t, onlyRoute(t, q).Ramp)
	})
}

func TestWhatWasUnreachableIsDueWhenItsRouteIsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, back := away()
		r.alarm = true // the next probe is far away
		q := open(t, Memory(), r, Config{})
		mails := backlog(t, q, 10)
		back.Store(true)
		due := record(t, q, mails[0]).Due
		require.Greater(t, time.Until(due), 25*time.Second)
		require.NoError(t, q.Pause(t.Context(), "other"))
		b := breaker{q.store, q.cfg.Logger}
		b.untried(t.Context(), "")
		first := letter(Immediate, "first")
		commit(t, q, first) // the probe
		synctest.Wait()
		for _, m := range mails {
			requireState(t, q, m, Sent)
		}
		require.True(t, time.Now().Before(due))
	})
}

// A relay that gives up under the first load goes down again, and starts anew.
func TestRouteThatFailsDuringItsRampIsDownAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left atomic.Int64
		r := &relay{answer: func(*host.Envelope, string) host.Outcome {
			if left.Add(-1) < 0 {
				return host.Unreachable
			}
			return host.Delivered
		}}
		q := open(t, Memory(), r, Config{Senders: 1})
		mails := backlog(t, q, 200)
		left.Store(1 + 2 + 4 + 3) // it bears no more
		pass(time.Minute)
		require.True(t, onlyRoute(t, q).Down)
		require.Zero(t, onlyRoute(t, q).Ramp)
		left.Store(10_000)
		pass(time.Minute)
		for _, m := range mails {
			requireState(t, q, m, Sent)
		}
	})
}

func TestWhatBacksOffDoesNotWaitForItsRoute(t *testing.T) {
	for _, tt := range []struct {
		outcomes []host.Outcome
		want     bool
	}{
		{[]host.Outcome{host.Unreachable}, true},
		{[]host.Outcome{host.Unreachable, host.Unsent, host.Delivered, host.Permanent}, true},
		{[]host.Outcome{host.Unreachable, host.Transient}, false},
		{[]host.Outcome{host.Uncertain, host.Unreachable}, false},
		{[]host.Outcome{host.Transient}, false},
		{[]host.Outcome{host.Unsent}, false},
	} {
		c := &Claimed{Mail: Mail{Expires: time.Now().Add(time.Hour)}}
		var reports []host.Report
		for range tt.outcomes {
			c.Pending = append(c.Pending, Recipient{})
		}
		for _, o := range tt.outcomes {
			reports = append(reports, host.Report{Outcome: o})
		}
		f := settle(c, reports, terms{now: time.Now()})
		require.Equal(t, tt.want, f.AwaitsRoute, "%v", tt.outcomes)
	}
}
