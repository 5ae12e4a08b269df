//go:build linux

package crash

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// A Suite is the tests of one store.
type Suite struct {
	Open  func(place string) (queue.Store, error) // the same that Play was given
	Place func(t *testing.T) string               // of an empty store
	Brief bool                                    // fewer rounds, as with -short: what a store does takes longer, or others are thorough

	// Trouble returns what else can happen in a random load on an empty store. Nil:
	// nothing.
	Trouble func(t *testing.T) Trouble
	Disk    int // how large the disk is that runs full, in bytes; 0: 4 MB
}

// Trouble is what can happen to processes that reach their store by ways of their own.
type Trouble struct {
	Place   string   // of the store, as the test itself opens it
	Places  []string // of the same store, as each of the processes does
	Strikes []Strike
}

// A Strike is something bad that Do does to one of the processes, by its number, or to
// all, and undoes after so long. Do may return before that, and tells whether it did it.
type Strike struct {
	Name string
	Do   func(process int, d time.Duration) bool
}

var (
	loadTime = flag.Duration("crash.time", 0, "how long the random load lasts; 0: 40s, or 5s with -short")
	seedFlag = flag.Uint64("crash.seed", 0, "repeats the random choices of a run; 0: others each time")
)

// newRandom returns a source of random choices, which the test logs.
func newRandom(t *testing.T) *rand.Rand {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-crash.seed=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// lease is that of children: a dead one's mail is taken over after it.
const lease = time.Second

// short returns less where tests are to be quick.
func short[T any](s Suite, much, less T) T {
	if testing.Short() || s.Brief {
		return less
	}
	return much
}

// open opens a store in this process. The test's end closes it.
func (s Suite) open(t *testing.T, place string) queue.Store {
	t.Helper()
	store, err := s.Open(place)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

// settle has a fresh process send all that waits to a relay that works, and
// judges the history.
func (s Suite) settle(t *testing.T, h *History, place string) Verdict {
	t.Helper()
	store := s.open(t, place)
	require.NoError(t, wakeRoutes(t.Context(), store))
	r := newRelay(t, h)
	start(t, h, job{Place: place, Relay: r.Addr, Drain: true, Lease: lease, Patience: aWhile}).await(true)
	r.stop()
	return judge(t, h, store)
}

// judge fails the test where the history and the store prove something that must
// not be.
func judge(t *testing.T, h *History, store queue.Store) Verdict {
	t.Helper()
	stored, err := everything(t.Context(), store)
	require.NoError(t, err)
	v := h.Judge(stored)
	require.NoError(t, v.Err(), "%v", v)
	return v
}

// wakeRoutes makes the probes of routes that are down due, as an operator does.
func wakeRoutes(ctx context.Context, store queue.Store) error {
	routes, err := store.Routes(ctx)
	for _, route := range routes {
		if route.Down {
			route.ProbeIn = 0
			_, set := store.SetRoute(ctx, route)
			err = errors.Join(err, set)
		}
	}
	return err
}

// everything returns what is stored.
func everything(ctx context.Context, store queue.Store) (map[string]Stored, error) {
	all := map[string]Stored{}
	page := queue.Page{Size: 500}
	for {
		entries, next, err := store.Search(ctx, queue.Filter{}, page)
		if err != nil {
			return all, err
		}
		for _, e := range entries {
			if all[e.ID], err = stored(ctx, store, e); err != nil {
				return all, err
			}
		}
		if next == "" {
			return all, nil
		}
		page.Before = next
	}
}

func stored(ctx context.Context, store queue.Store, e queue.Entry) (Stored, error) {
	s := Stored{Sent: e.State == queue.Sent, Doubts: e.Doubts}
	if s.Sent {
		return s, nil
	}
	record, err := store.Get(ctx, e.ID)
	if err != nil {
		return s, err
	}
	s.Recipients = map[string]queue.RecipientState{}
	for _, r := range record.Recipients {
		s.Recipients[r.To] = r.State
	}
	return s, nil
}
