// Package storetest holds the conformance suite that every [queue.Store]
// passes. A store of your own passes it too, or queues on it will lose mail or
// send it twice:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) queue.Store {
//			store, err := mystore.Open(t.TempDir())
//			require.NoError(t, err)
//			return store
//		})
//	}
//
// Each rule is a subtest with a store of its own, which it closes. The suite
// uses nothing but the interface. It sets no clock: a lease of 0 lapses at once,
// what must not fall due is due hours away, and where time must pass it is a
// few milliseconds, for as long as Claim says. A slow machine changes nothing.
package storetest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// Run tests the stores that open returns: each must be empty and apart from
// the others.
func Run(t *testing.T, open func(t *testing.T) queue.Store) {
	Suite{Open: open}.Run(t)
}

// A Suite is what Run does, with what not every store can.
type Suite struct {
	Open   func(t *testing.T) queue.Store                    // returns an empty store
	Reopen func(t *testing.T, store queue.Store) queue.Store // closes the store and opens it anew; nil: not durable, not tested
}

type rule struct {
	name string
	test func(s *subject)
}

// rules are those of a mail's life, in its order, and then those of looking at it
// and after it.
var rules = slices.Concat(insertRules, duplicateRules, claimRules, turnRules, leaseRules, finishRules, unkeptRules, historyRules,
	routeRules, awaitsRules, pauseRules, listRules, filterRules, searchRules, updateRules, walkRules, retryRules, cleanRules, keyRules,
	totalsRules, shapeRules, beatRules, auditRules, raceRules)

// Run tests each rule in a subtest.
func (suite Suite) Run(t *testing.T) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) { r.test(suite.open(t)) })
	}
	if suite.Reopen != nil {
		t.Run("a store keeps everything when it is closed", suite.testReopen)
	}
}

func (suite Suite) open(t *testing.T) *subject {
	store := suite.Open(t)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return &subject{t, store}
}
