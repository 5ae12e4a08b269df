package queue

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

// A watched store tells of each Claim, before it looks for mail and when it has.
type watched struct {
	Store
	before, after func(n int) // the n-th, from 1
	claims        int
}

func (s *watched) Claim(ctx context.Context, want Want) (*Batch, time.Duration, error) {
	s.claims++
	n := s.claims
	if s.before != nil {
		s.before(n)
	}
	batch, wait, err := s.Store.Claim(ctx, want)
	if s.after != nil {
		s.after(n)
	}
	return batch, wait, err
}

// Whenever an immediate mail is committed, it is claimed at once: no signal is lost
// between the mailer's look into the store and its sleep.
func TestImmediateMailCommittedDuringAClaimIsNotForgotten(t *testing.T) {
	for _, during := range []string{"before", "after"} {
		for nth := range 4 {
			synctest.Test(t, func(t *testing.T) {
				r := &relay{}
				store := &watched{Store: Memory()}
				var q *Queue
				opened := make(chan struct{})
				var late *Mail
				hook := func(n int) {
					<-opened
					if n == nth+1 {
						late = letter(Immediate, "late")
						commit(t, q, late)
					}
				}
				if during == "before" {
					store.before = hook
				} else {
					store.after = hook
				}
				q = open(t, store, r, Config{Interval: time.Hour})
				close(opened)
				for range 4 {
					synctest.Wait()
					commit(t, q, letter(Immediate, "a"))
				}
				synctest.Wait()
				require.NotNil(t, late)
				requireState(t, q, late, Sent)
				for _, at := range r.times() {
					require.Zero(t, at)
				}
			})
		}
	}
}

// While all senders are busy a signal is kept, even where the sender that ends has
// tried nothing, which is no reason to claim again.
func TestImmediateMailIsNotForgottenWhileAllSendersAreBusy(t *testing.T) {
	for _, to := range outcomes {
		synctest.Test(t, func(t *testing.T) {
			g := gateTo(t, to.String())
			r := &relay{during: g.during}
			q := open(t, Memory(), r, Config{Interval: time.Hour, Senders: 1})
			synctest.Wait()
			commit(t, q, routed(Immediate, to.String()))
			synctest.Wait()
			m := routed(Immediate, "other")
			commit(t, q, m)
			synctest.Wait()
			require.Len(t, r.attempts(), 1)
			g.open()
			synctest.Wait()
			requireState(t, q, m, Sent)
		})
	}
}

// Nor while outcomes cannot be recorded.
func TestImmediateMailIsNotForgottenWhileTheStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateTo(t, "slow")
		store := &faulty{Store: Memory(), finish: errors.New("disk full")}
		q := open(t, store, &relay{during: g.during}, Config{Interval: time.Hour})
		commit(t, q, letter(Immediate, "a"), letter(Immediate, "slow")) // whose sender does not end
		synctest.Wait()
		m := letter(Immediate, "b")
		commit(t, q, m)
		synctest.Wait()
		requireState(t, q, m, Outgoing)
		store.fail(&store.finish, nil)
		pass(time.Second)
		requireState(t, q, m, Sent)
	})
}

// At random: many committers, a relay that takes its time, and never a mail that
// waits while a sender is free.
func TestNoImmediateMailWaitsForTheTick(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 5))
			took := make(chan time.Duration, 1000)
			for range cap(took) {
				took <- time.Duration(random.IntN(3)) * time.Millisecond
			}
			r := &relay{during: func(*host.Envelope) { time.Sleep(<-took) }}
			store := &watched{Store: Memory(), after: func(int) { time.Sleep(time.Millisecond) }}
			q := open(t, store, r, Config{Interval: time.Hour, Senders: 1 + int(seed)%4})
			committed := make(chan bool)
			for i := range 5 {
				pauses := random.Perm(40)
				go func() {
					for n, pause := range pauses {
						time.Sleep(time.Duration(pause%7) * time.Millisecond)
						if err := q.Commit(context.Background(), letter(Immediate, fmt.Sprint("m", i, "-", n))); err != nil {
							t.Error(err)
						}
					}
					committed <- true
				}()
			}
			for range 5 {
				<-committed
			}
			pass(time.Second)
			require.Len(t, r.attempts(), 200)
		})
	}
}
