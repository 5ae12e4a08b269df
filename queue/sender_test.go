package queue

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

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

// Leases that cannot be extended lapse, and another process takes over: what had
// not begun by then is sent by that one alone.
func TestSenderBeginsNothingAfterItsLeasesLapsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &relay{during: func(*host.Envelope) { time.Sleep(7 * time.Second) }}
		store := &faulty{Store: Memory(), extend: errors.New("disk full")}
		q := open(t, store, slow, Config{Senders: 1, Interval: time.Hour})
		var mails []*Mail
		for i := range 50 {
			mails = append(mails, letter(Immediate, fmt.Sprint("m", i)))
		}
		commit(t, q, mails...)
		synctest.Wait()
		other := &relay{}
		open(t, store.Store, other, Config{})
		pass(10 * time.Minute)

		begun := slow.attempts()
		require.Less(t, begun[len(begun)-1].at, time.Minute, "a lease lasts a minute")
		sent := map[string]int{}
		for _, a := range append(begun, other.attempts()...) {
			sent[a.id]++
		}
		require.Len(t, sent, len(mails))
		twice := 0
		for _, n := range sent {
			twice += n - 1
		}
		require.Equal(t, 1, twice, "the one that was on its way")
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
