package queue

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

func TestSenderRecordsWhileTheRestIsOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateTo(t, "slow")
		q := open(t, Memory(), &relay{during: g.during}, Config{})
		first, slow := letter(Immediate, "a"), letter(Immediate, "slow")
		commit(t, q, first, slow)
		synctest.Wait()
		requireState(t, q, first, Sent)
		require.True(t, record(t, q, slow).Sending)
		g.open()
	})
}

// An ordered relay lets a test give the verdicts of a batch one by one.
type ordered struct{ verdicts chan host.Outcome }

func (r ordered) Send(_ context.Context, batch []*host.Envelope, done func(int, []host.Report)) {
	for i := range batch {
		done(i, []host.Report{{Outcome: <-r.verdicts}})
	}
}

func TestSenderGathersVerdictsInOneRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := ordered{make(chan host.Outcome, 10)}
		store := &faulty{Store: Memory()}
		q := open(t, store, r, Config{})
		mails := []*Mail{letter(Immediate, "a"), letter(Immediate, "b"), letter(Immediate, "c")}
		store.fail(&store.finish, errors.New("disk full"))
		commit(t, q, mails...)
		r.verdicts <- host.Delivered
		synctest.Wait()
		require.Equal(t, 1, store.called(&store.finishes))
		r.verdicts <- host.Permanent
		r.verdicts <- host.Delivered
		synctest.Wait()
		require.Equal(t, 1, store.called(&store.finishes), "the store is left alone for a while")
		store.fail(&store.finish, nil)
		pass(time.Second)
		require.Equal(t, 2, store.called(&store.finishes))
		requireState(t, q, mails[0], Sent)
		requireState(t, q, mails[1], Failed)
		requireState(t, q, mails[2], Sent)
	})
}

func TestSenderRecordsAllThatCameDuringARecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := ordered{make(chan host.Outcome, 10)}
		goOn := make(chan struct{})
		store := &faulty{Store: Memory(), onFinish: func(context.Context) { <-goOn }}
		q := open(t, store, r, Config{})
		mails := []*Mail{letter(Immediate, "a"), letter(Immediate, "b"), letter(Immediate, "c")}
		commit(t, q, mails...)
		r.verdicts <- host.Delivered
		synctest.Wait()
		r.verdicts <- host.Delivered
		r.verdicts <- host.Delivered
		synctest.Wait()
		close(goOn)
		synctest.Wait()
		require.Equal(t, 2, store.called(&store.finishes))
		requireState(t, q, mails[2], Sent)
	})
}

func TestSenderKeepsWhatItCannotRecordAndClaimsNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		store := &faulty{Store: Memory()}
		r := &relay{}
		q := open(t, store, r, Config{Logger: log.logger(), Interval: time.Hour})
		store.fail(&store.finish, errors.New("disk full"))
		first, second := letter(Immediate, "a"), letter(Immediate, "b")
		commit(t, q, first)
		synctest.Wait()
		commit(t, q, second)
		pass(10 * time.Minute)
		require.Len(t, r.attempts(), 1)
		require.True(t, record(t, q, first).Sending, "its lease is kept alive")
		require.InDelta(t, 25, store.called(&store.finishes), 3, "1, 2, 4, 8, 16 s, then every 30 s")
		require.Equal(t, store.called(&store.finishes), log.count("level=ERROR", "cannot record outcomes", "disk full"))

		store.fail(&store.finish, nil)
		pass(30 * time.Second)
		requireState(t, q, first, Sent)
		requireState(t, q, second, Sent)
		require.Len(t, r.attempts(), 2)
	})
}

func TestSenderThatLosesItsLeaseChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		g := gateTo(t, "slow")
		r := &relay{during: g.during, answer: func(*host.Envelope, string) host.Outcome { return host.Permanent }}
		store := &faulty{Store: Memory(), extend: errors.New("disk full")}
		q := open(t, store, r, Config{Logger: log.logger(), Senders: 1})
		m := letter(Immediate, "slow")
		commit(t, q, m)
		synctest.Wait()

		other := &relay{}
		open(t, store.Store, other, Config{})
		pass(2 * time.Minute)
		require.Len(t, other.attempts(), 1)
		requireState(t, q, m, Sent)
		g.open()
		synctest.Wait()
		requireState(t, q, m, Sent)
		require.Equal(t, 1, record(t, q, m).Doubts, "the case is counted")
		require.Equal(t, 1, log.count("level=WARN", "leases were lost", "mails=1"))
		require.Positive(t, log.count("level=ERROR", "cannot extend leases", "disk full"))
	})
}
