package txn_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/txn"
)

const crowd = 64 // goroutines

// What Add returned nil for is what is committed, whenever the Commit comes.
func TestCrowdAddsWhileOneCommits(t *testing.T) {
	c := &committer{}
	tx := txn.Begin(c)
	var added sync.Map
	var adds atomic.Int32
	var wg sync.WaitGroup
	half := make(chan struct{})
	for g := range crowd {
		wg.Go(func() {
			for i := range 50 {
				name := fmt.Sprintf("%d.%d", g, i)
				switch err := tx.Add(mail(name)); {
				case err == nil:
					added.Store(name, true)
				case !errors.Is(err, txn.ErrDone):
					t.Error(err)
				}
				if adds.Add(1) == crowd*25 {
					close(half)
				}
				tx.Savepoint()
			}
		})
	}
	<-half
	require.NoError(t, tx.Commit(t.Context()))
	wg.Wait()
	var want []string
	added.Range(func(name, _ any) bool {
		want = append(want, name.(string))
		return true
	})
	slices.Sort(want)
	slices.Sort(c.got)
	require.Equal(t, want, c.got)
}

// Whatever they do to it at once, a transaction ends once: its mails go once or not at
// all, and each participant ends by one Commit or one Rollback.
func TestCrowdDoesEverythingAtOnce(t *testing.T) {
	for round := range 30 {
		s := &steps{}
		tx := txn.Begin(&keeper{s})
		parts := make([]*part, crowd)
		joined := make([]bool, crowd)
		var committed, begun atomic.Int32
		start := make(chan struct{})
		var wg sync.WaitGroup
		for g := range crowd {
			parts[g] = &part{s, fmt.Sprint(g)}
			random := rand.New(rand.NewPCG(uint64(round), uint64(g)))
			wg.Go(func() {
				<-start
				joined[g] = tx.Join(parts[g]) == nil
				var saved []txn.Savepoint
				for range 20 {
					var err error
					switch random.IntN(9) {
					case 0, 1, 2:
						err = tx.Add(mail(fmt.Sprint(g)))
					case 3, 4:
						saved = append(saved, tx.Savepoint())
					case 5:
						err = tx.Join(parts[g])
					case 6:
						if len(saved) > 0 {
							_ = tx.RollbackTo(saved[random.IntN(len(saved))]) // others may have rolled past it
						}
					case 7, 8:
						if begun.Add(1) > crowd/2 {
							err = endAnyhow(t.Context(), tx, s, random, &committed)
						}
					}
					if err != nil && !errors.Is(err, txn.ErrDone) {
						t.Error(err)
					}
				}
			})
		}
		close(start)
		wg.Wait()
		_ = tx.Rollback()
		requireOneEnd(t, s, joined, committed.Load())
	}
}

func endAnyhow(ctx context.Context, tx *txn.Txn, s *steps, random *rand.Rand, committed *atomic.Int32) error {
	var err error
	switch random.IntN(3) {
	case 0:
		err = tx.Commit(ctx)
	case 1:
		err = tx.CommitWith(ctx, sqlTx{s})
	default:
		return tx.Rollback()
	}
	if err == nil {
		committed.Add(1)
	}
	return err
}

func requireOneEnd(t *testing.T, s *steps, joined []bool, committed int32) {
	t.Helper()
	require.LessOrEqual(t, committed, int32(1))
	handed := 0
	for _, step := range s.done {
		if len(step) > 6 && (step[:6] == "queue " || step[:6] == "insert") {
			handed++
		}
	}
	require.LessOrEqual(t, handed, int(committed))
	for g, joined := range joined {
		commits, rollbacks := s.count(fmt.Sprint("commit ", g)), s.count(fmt.Sprint("rollback ", g))
		prepares := s.count(fmt.Sprint("prepare ", g))
		require.LessOrEqual(t, commits, int(committed))
		require.Equal(t, commits, prepares)
		if joined { // a rollback to a savepoint ends it, and it may join again
			require.Positive(t, commits+rollbacks)
		} else {
			require.Zero(t, commits+rollbacks)
		}
		if commits == 1 {
			last := slices.Index(s.done, fmt.Sprint("commit ", g))
			require.NotContains(t, s.done[last:], fmt.Sprint("rollback ", g))
		}
	}
}
