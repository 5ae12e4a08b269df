package queue

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func stats(t *testing.T, q *Queue) *Stats {
	t.Helper()
	s, err := q.Stats(context.Background())
	require.NoError(t, err)
	return s
}

// A stall is said once, until it is over, and seen from another process.
func requireStall(t *testing.T, log *journal, seen *Queue, begin, end func()) {
	t.Helper()
	const said, over = "level=ERROR msg=\"queue: the mailer is stalled", "level=INFO msg=\"queue: the mailer moves again"
	pass(time.Hour)
	require.Zero(t, log.count(said))
	require.False(t, stats(t, seen).Stalled)
	begin()
	pass(14 * time.Second)
	require.Zero(t, log.count(said), "three ticks")
	require.False(t, stats(t, seen).Stalled)
	pass(12 * time.Second)
	require.Equal(t, 1, log.count(said), log.String())
	require.True(t, stats(t, seen).Stalled)
	pass(time.Hour)
	require.Equal(t, 1, log.count(said), "once")
	end()
	pass(12 * time.Second)
	require.Equal(t, 1, log.count(over))
	require.False(t, stats(t, seen).Stalled)
}

func TestClaimThatHangsIsAStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		hang, goOn := make(chan struct{}), make(chan struct{})
		store := &faulty{Store: Memory(), onClaim: func(context.Context) {
			select {
			case <-hang:
				<-goOn
			default:
			}
		}}
		q := open(t, store, &relay{}, Config{Logger: log.logger()})
		other := open(t, store.Store, nil, Config{})
		requireStall(t, &log, other, func() {
			close(hang)
			commit(t, q, letter(Immediate, "a"))
		}, func() { close(goOn) })
	})
}

func TestStuckSendersAreAStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		g := gateOf(t, "")
		store := Memory()
		q := open(t, single{store}, &relay{during: g.during}, Config{Logger: log.logger(), Senders: 1})
		other := open(t, store, nil, Config{})
		requireStall(t, &log, other, func() { commit(t, q, on("", Immediate, 2)...) }, g.open)
	})
}

func TestStoreThatFailsIsAStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		store := &faulty{Store: Memory()}
		q := open(t, store, &relay{}, Config{Logger: log.logger()})
		other := open(t, store.Store, nil, Config{})
		requireStall(t, &log, other, func() {
			store.fail(&store.claim, errors.New("disk on fire"))
			commit(t, q, letter(Immediate, "a"))
		}, func() {
			require.Equal(t, "disk on fire", stats(t, other).LastError)
			store.fail(&store.claim, nil)
		})
	})
}

func TestWhatIsNoStall(t *testing.T) {
	for name, arrange := range map[string]func(t *testing.T, q *Queue, r *relay){
		"nothing to do":        func(*testing.T, *Queue, *relay) {},
		"a route that is down": func(t *testing.T, q *Queue, _ *relay) { commit(t, q, letter(Immediate, "unreachable")) },
		"a route that is paused": func(t *testing.T, q *Queue, _ *relay) {
			require.NoError(t, q.Pause(t.Context(), ""))
			commit(t, q, letter(Immediate, "a"))
		},
		"one slow mail": func(t *testing.T, q *Queue, r *relay) {
			r.during = gateTo(t, "slow").during
			commit(t, q, letter(Immediate, "slow"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log journal
				r := &relay{}
				q := open(t, Memory(), r, Config{Logger: log.logger()})
				arrange(t, q, r)
				pass(time.Hour)
				require.Zero(t, log.count("stalled"))
				require.False(t, stats(t, q).Stalled)
			})
		})
	}
}
