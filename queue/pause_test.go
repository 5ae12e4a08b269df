package queue

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPauseHoldsARouteInEveryProcess(t *testing.T) {
	for _, name := range []string{"", "shop", AllRoutes} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log journal
				store := Memory()
				q := open(t, store, &relay{}, Config{Logger: log.logger()})
				other := open(t, store, &relay{}, Config{Interval: time.Hour, Logger: log.logger()})
				synctest.Wait()
				require.NoError(t, other.Pause(t.Context(), name))
				require.NoError(t, other.Pause(t.Context(), name))
				main, shop := letter(Immediate, "a"), letter(Immediate, "b")
				shop.Route = "shop"
				commit(t, q, main, shop)
				pass(time.Minute)
				for _, m := range []*Mail{main, shop} {
					want := Sent
					if name == AllRoutes || name == m.Route {
						want = Outgoing
					}
					requireState(t, q, m, want)
				}
				require.NoError(t, other.Resume(t.Context(), name))
				synctest.Wait() // Resume signals
				requireState(t, q, main, Sent)
				requireState(t, q, shop, Sent)
				require.Equal(t, 1, log.count("route paused", "route="))
				require.Equal(t, 1, log.count("route resumed"))
			})
		})
	}
}

func TestPauseLeavesTheRestOfTheRouteAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := away()
		q := open(t, Memory(), r, Config{})
		commit(t, q, letter(Immediate, "a"))
		pass(10 * time.Second)
		before := onlyRoute(t, q)
		require.NoError(t, q.Pause(t.Context(), ""))
		after := onlyRoute(t, q)
		require.True(t, after.Paused)
		after.Paused, after.Version = false, before.Version
		require.Equal(t, before, after)
	})
}

func TestPauseWhereItCannot(t *testing.T) {
	store := &faulty{Store: Memory()}
	q := open(t, store, nil, Config{})
	for _, name := range []string{strings.Repeat("a", 101), "a\nb", "a\xff"} {
		require.ErrorContains(t, q.Pause(t.Context(), name), "route", name)
	}
	for _, which := range []*error{&store.routes, &store.set} {
		store.fail(which, errors.New("disk full"))
		require.ErrorContains(t, q.Pause(t.Context(), "r"), "disk full")
		store.fail(which, nil)
	}
	require.NoError(t, q.Close(context.Background()))
	require.ErrorIs(t, q.Pause(t.Context(), "r"), ErrClosed)
}
