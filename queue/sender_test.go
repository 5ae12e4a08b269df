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

func TestSenderRecordsEachOutcome(t *testing.T) {
	for _, tt := range []struct {
		to       string
		once     bool
		want     State
		attempts int
		doubts   int
	}{
		{to: "delivered", want: Sent, attempts: 1},
		{to: "permanent", want: Failed, attempts: 1},
		{to: "transient", want: Deferred, attempts: 1},
		{to: "uncertain", want: Deferred, attempts: 1, doubts: 1},
		{to: "uncertain", once: true, want: Uncertain, attempts: 1, doubts: 1},
		{to: "unreachable", want: Deferred},
		{to: "unsent", want: Outgoing},
	} {
		synctest.Test(t, func(t *testing.T) {
			q := open(t, Memory(), &relay{}, Config{})
			m := letter(Immediate, tt.to)
			m.Once = tt.once
			commit(t, q, m)
			synctest.Wait()
			got := record(t, q, m)
			require.Equal(t, tt.want, got.State, tt.to)
			require.Equal(t, tt.attempts, got.Attempts, tt.to)
			require.Equal(t, tt.doubts, got.Doubts, tt.to)
			require.False(t, got.Sending)
		})
	}
}

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

func TestSenderKeepsItsLeasesAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateTo(t, "slow")
		r := &relay{during: g.during}
		store := Memory()
		q := open(t, store, r, Config{})
		rest := letter(Immediate, "b")
		slow := letter(Immediate, "slow")
		commit(t, q, slow, rest)
		synctest.Wait()
		other := &relay{}
		open(t, store, other, Config{})
		pass(time.Hour)
		require.Empty(t, other.attempts(), "another process takes nothing")
		g.open()
		synctest.Wait()
		requireState(t, q, slow, Sent)
		requireState(t, q, rest, Sent)
		require.Zero(t, record(t, q, slow).Doubts)
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

func TestRetryIsJudgedByWhenTheAttemptEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateTo(t, "transient")
		q := open(t, Memory(), &relay{during: g.during}, Config{})
		m := letter(Immediate, "transient")
		m.Expires = time.Now().Add(10 * time.Minute)
		commit(t, q, m)
		pass(9*time.Minute + 30*time.Second)
		g.open()
		synctest.Wait()
		requireState(t, q, m, Failed)
	})
}

// died returns a store with one mail under a lease that nobody holds any more.
func died(t *testing.T, m *Mail) Store {
	t.Helper()
	store := Memory()
	q := open(t, store, nil, Config{})
	commit(t, q, m)
	_, _, err := store.Claim(t.Context(), Want{Mails: 1, Lease: time.Minute})
	require.NoError(t, err)
	pass(2 * time.Minute)
	return store
}

func TestMailOfADeadProcessIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := letter(Normal, "a")
		r := &relay{}
		q := open(t, died(t, m), r, Config{})
		synctest.Wait()
		requireState(t, q, m, Sent)
		require.Equal(t, 1, record(t, q, m).Doubts)
		require.Equal(t, 2, record(t, q, m).Attempts)
	})
}

func TestOnceMailOfADeadProcessIsNeverSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := letter(Normal, "a")
		m.Once = true
		r := &relay{}
		q := open(t, died(t, m), r, Config{})
		pass(72 * time.Hour)
		requireState(t, q, m, Uncertain)
		require.Empty(t, r.attempts())
	})
}

func TestUncertainMailGoesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &relay{}
		q := open(t, Memory(), r, Config{Interval: time.Hour, RetryMin: 30 * time.Minute})
		commit(t, q, letter(Immediate, "uncertain"), letter(Immediate, "transient"), letter(Immediate, "transient"))
		pass(90 * time.Minute)
		for _, a := range r.attempts()[3:] {
			if a.to == "uncertain@customer.example" {
				require.Equal(t, 1, a.batch)
				return
			}
		}
		t.Fatal("it was not tried again")
	})
}

func TestDeliveredIsNeverSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &relay{}
		q := open(t, Memory(), r, Config{})
		m := letter(Immediate, "delivered", "transient", "uncertain", "unreachable", "unsent")
		commit(t, q, m)
		pass(72 * time.Hour)
		requireState(t, q, m, Failed)
		require.Greater(t, len(r.attempts()), 10)
		for _, a := range r.attempts()[1:] {
			require.NotContains(t, a.to, "delivered")
		}
		require.Equal(t, RecipientDelivered, record(t, q, m).Recipients[0].State)
	})
}

// A rotten store gives out one mail that cannot be decoded.
type rotten struct {
	Store
	id string
}

func (s *rotten) Claim(ctx context.Context, want Want) (*Batch, time.Duration, error) {
	batch, wait, err := s.Store.Claim(ctx, want)
	if batch != nil {
		for i := range batch.Mails {
			if c := &batch.Mails[i]; c.ID == s.id {
				*c = Claimed{Lease: c.Lease, Err: errors.New("row: bad recipients")}
			}
		}
	}
	return batch, wait, err
}

func TestOneBadMailDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &rotten{Store: Memory()}
		q := open(t, store, nil, Config{})
		mails := []*Mail{letter(Normal, "a"), letter(Normal, "rotten"), letter(Normal, "permanent", "c"), letter(Normal, "d")}
		commit(t, q, mails...)
		require.NoError(t, q.Close(t.Context()))
		store.id = mails[1].ID

		r := &relay{}
		q = open(t, store, r, Config{})
		synctest.Wait()
		requireState(t, q, mails[0], Sent)
		requireState(t, q, mails[1], Failed)
		require.Equal(t, "row: bad recipients", record(t, q, mails[1]).Last)
		require.Equal(t, RecipientDelivered, record(t, q, mails[2]).Recipients[1].State)
		requireState(t, q, mails[3], Sent)
		require.Len(t, r.attempts(), 3)
	})
}

func TestHostThatPanicsIsContained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &relay{during: func(e *host.Envelope) {
			if e.To[0] == "bomb@customer.example" {
				panic("bomb")
			}
		}}
		q := open(t, Memory(), r, Config{})
		before, bomb, after := letter(Immediate, "a"), letter(Immediate, "bomb"), letter(Immediate, "b")
		commit(t, q, before, bomb, after)
		synctest.Wait()
		requireState(t, q, before, Sent)
		requireState(t, q, bomb, Deferred)
		require.Equal(t, 1, record(t, q, bomb).Doubts)
		pass(2 * time.Minute)
		requireState(t, q, after, Sent)
	})
}

func TestLogHasOneLineForEachOutcomeAndNoContents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		q := open(t, Memory(), &relay{}, Config{Logger: log.logger()})
		m := letter(Immediate, "delivered", "permanent", "transient")
		m.Data = []byte("Subject: s3cret\r\n\r\ns3cret\r\n")
		m.Subject, m.Key, m.Meta = "s3cret", "s3cret", map[string]string{"a": "s3cret"}
		commit(t, q, m)
		synctest.Wait()
		require.Equal(t, 1, log.count("level=INFO", "mail delivered", m.ID, "to=delivered@customer.example", "relay=relay:25", "attempts=1"))
		require.Equal(t, 1, log.count("level=WARN", "mail failed", m.ID, "outcome=permanent"))
		require.Equal(t, 1, log.count("level=INFO", "mail deferred", m.ID, "outcome=transient", "retry="))
		require.Equal(t, 3, log.count())
		require.NotContains(t, log.String(), "s3cret")
	})
}
