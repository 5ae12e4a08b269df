package queue

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

// single is a store whose batches have one mail each.
type single struct{ Store }

func (s single) Claim(ctx context.Context, want Want) (*Batch, time.Duration, error) {
	want.Mails = 1
	return s.Store.Claim(ctx, want)
}

func sent(t *testing.T, q *Queue, mails []*Mail) (n int) {
	t.Helper()
	for _, m := range mails {
		if record(t, q, m).State == Sent {
			n++
		}
	}
	return n
}

func TestRelayThatHangsDelaysNobodyElse(t *testing.T) {
	for _, senders := range []int{1, 2, 4} {
		for bad := 1; bad <= senders; bad++ {
			if senders > 1 && bad == senders {
				continue // the last of the spares is kept for Immediate mail: see below
			}
			t.Run(fmt.Sprintf("%d senders, %d relays", senders, bad), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var routes []string
					for i := range bad {
						routes = append(routes, fmt.Sprint("bad", i))
					}
					if senders == 1 {
						routes = routes[:1]
					}
					g := gateOf(t, routes...)
					r := &relay{during: g.during}
					q := open(t, single{Memory()}, r, Config{Senders: senders})
					var stuck []*Mail
					for _, route := range routes {
						mails := on(route, Normal, 8)
						stuck = append(stuck, mails...)
						commit(t, q, mails...)
					}
					q.Signal()
					pass(time.Minute)
					good := on("good", Normal, 8)
					commit(t, q, good...)
					pass(10 * time.Second)
					require.Equal(t, 8, sent(t, q, good), "of the route that is well")
					require.Zero(t, sent(t, q, stuck))
					require.LessOrEqual(t, r.most, 2*senders)
					g.open()
					pass(10 * time.Second)
					require.Equal(t, len(stuck), sent(t, q, stuck), "all recovers when it ends")
				})
			})
		}
	}
}

func TestImmediateMailPassesManyRelaysThatHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var routes []string
		for i := range 20 {
			routes = append(routes, fmt.Sprint("bad", i))
		}
		g := gateOf(t, routes...)
		r := &relay{during: g.during}
		q := open(t, single{Memory()}, r, Config{Senders: 4})
		var stuck []*Mail
		for _, route := range routes {
			stuck = append(stuck, on(route, Bulk, 2)...)
		}
		commit(t, q, stuck...)
		pass(20 * time.Minute)
		require.Zero(t, sent(t, q, stuck))
		for range 3 {
			good := on("good", Immediate, 1)
			commit(t, q, good...)
			synctest.Wait()
			require.Equal(t, 1, sent(t, q, good), "at once")
		}
		require.LessOrEqual(t, r.most, 8)
		g.open()
		pass(time.Minute)
		require.Equal(t, len(stuck), sent(t, q, stuck))
	})
}

func TestImmediateMailPassesImmediateMailThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateOf(t, "bad")
		r := &relay{during: g.during}
		q := open(t, single{Memory()}, r, Config{Senders: 4})
		bad := on("bad", Immediate, 10)
		commit(t, q, bad...)
		pass(stuckAfter)
		require.Len(t, r.attempts(), 4, "one relay holds so many senders as there are")
		pass(time.Minute)
		require.Len(t, r.attempts(), 4, "and no spare")
		for _, lane := range []Lane{Immediate, Normal} {
			good := on("good", lane, 3)
			commit(t, q, good...)
			q.Signal()
			synctest.Wait()
			require.Equal(t, 3, sent(t, q, good))
		}
		g.open()
		pass(time.Minute)
		require.Equal(t, 10, sent(t, q, bad))
	})
}

// However long the tick: that a sender is stuck wakes the mailer, which heeds signals again.
func TestImmediateMailDoesNotWaitForTheTickWhereAllSendersAreStuck(t *testing.T) {
	for _, later := range []time.Duration{0, time.Second, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			g := gateOf(t, "bad")
			q := open(t, single{Memory()}, &relay{during: g.during}, Config{Senders: 1, Interval: time.Hour})
			commit(t, q, on("bad", Immediate, 1)...)
			pass(later)
			good := on("good", Immediate, 1)
			commit(t, q, good...)
			pass(max(0, stuckAfter-later))
			require.Equal(t, 1, sent(t, q, good), "committed after %v", later)
			g.open()
		})
	}
}

func TestSenderThatIsSlowIsNotStuckWhileItHasVerdicts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &relay{during: func(e *host.Envelope) {
			if e.Route == "slow" {
				time.Sleep(stuckAfter - time.Second)
			}
		}}
		q := open(t, Memory(), r, Config{Senders: 1})
		commit(t, q, on("slow", Immediate, 10)...)
		synctest.Wait()
		other := letter(Immediate, "b")
		commit(t, q, other)
		pass(30 * time.Second)
		requireState(t, q, other, Outgoing)
		require.Equal(t, 1, r.most)
	})
}

func TestHookThatHangsIsAStuckSender(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		goOn := make(chan struct{})
		q := open(t, Memory(), &relay{}, Config{Senders: 1, OnOutcome: func(m *Mail, _ []host.Report) {
			if m.Route == "slow" {
				<-goOn
			}
		}})
		other := letter(Immediate, "b")
		commit(t, q, on("slow", Immediate, 1)...)
		synctest.Wait()
		commit(t, q, other)
		pass(10 * time.Second)
		requireState(t, q, other, Sent)
		close(goOn)
	})
}

func TestPlacesOfACrewWithStuckSenders(t *testing.T) {
	now := time.Now()
	at := func(route string, spare, stuck bool) *sender {
		s := &sender{batch: &Batch{Route: route}, spare: spare}
		moved := now
		if stuck {
			moved = now.Add(-stuckAfter)
		}
		s.moved.Store(&moved)
		return s
	}
	a, b, c := at("a", false, true), at("b", true, true), at("c", true, true)
	for name, tt := range map[string]struct {
		at   []*sender
		want []place
	}{
		"the last spare is kept": {[]*sender{a, a, a, a, b, c, at("d", true, true)},
			[]place{{spare: true, want: Want{ImmediateOnly: true, Skip: []string{"a", "b", "c", "d"}}}}},
		"no more spares": {[]*sender{a, a, a, a, b, c, at("d", true, true), at("e", true, true)}, nil},
	} {
		crew := crew{most: 4, at: tt.at}
		require.Equal(t, tt.want, crew.places(now), name)
	}
}
