package txn_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

// A committer records what it was given, by subject.
type committer struct {
	fail   error
	panics bool
	during func(ctx context.Context)

	mu    sync.Mutex
	calls int
	got   []string
}

func (c *committer) Commit(ctx context.Context, mails ...*queue.Mail) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	if c.during != nil {
		c.during(ctx)
	}
	if c.panics {
		panic("committer")
	}
	if c.fail != nil {
		return c.fail
	}
	for _, m := range mails {
		c.got = append(c.got, m.Subject)
	}
	return nil
}

func (c *committer) subjects() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.got, " ")
}

func mail(subject string) *queue.Mail { return &queue.Mail{Subject: subject} }

// A play runs a sequence of words on a transaction: "add x", "save a",
// "back a", "doom x", "commit", "rollback". A word that ends in ! must fail.
func play(t *testing.T, tx *txn.Txn, sequence string) (last error) {
	t.Helper()
	saved := map[string]txn.Savepoint{}
	for step := range strings.SplitSeq(sequence, ", ") {
		word, wantErr := strings.CutSuffix(step, "!")
		verb, arg, _ := strings.Cut(word, " ")
		var err error
		switch verb {
		case "add":
			err = tx.Add(mail(arg))
		case "save":
			saved[arg] = tx.Savepoint()
		case "back":
			err = tx.RollbackTo(saved[arg])
		case "doom":
			tx.Doom(errors.New(arg))
		case "commit":
			err = tx.Commit(t.Context())
		case "rollback":
			err = tx.Rollback()
		default:
			t.Fatalf("unknown step %q", step)
		}
		if wantErr {
			require.Error(t, err, step)
			last = err
		} else {
			require.NoError(t, err, step)
		}
	}
	return last
}

func TestSequences(t *testing.T) {
	for _, tt := range []struct {
		name, sequence string
		want           string // committed subjects
		err            error  // wrapped by the last step that failed
		words          string // in that error
	}{
		{name: "commit", sequence: "add a, add b, commit", want: "a b"},
		{name: "rollback drops all", sequence: "add a, rollback"},
		{name: "rollback is idempotent", sequence: "add a, rollback, rollback"},
		{name: "rollback after commit", sequence: "add a, commit, rollback!", want: "a", err: txn.ErrDone},
		{name: "second commit", sequence: "add a, commit, commit!", want: "a", err: txn.ErrDone},
		{name: "commit after rollback", sequence: "add a, rollback, commit!", err: txn.ErrDone},
		{name: "add after commit", sequence: "add a, commit, add b!", want: "a", err: txn.ErrDone},
		{name: "add after rollback", sequence: "rollback, add b!", err: txn.ErrDone},
		{name: "savepoint", sequence: "add a, save 1, add b, back 1, add c, commit", want: "a c"},
		{name: "savepoint kept", sequence: "add a, save 1, add b, commit", want: "a b"},
		{name: "same savepoint twice", sequence: "save 1, add a, back 1, add b, back 1, add c, commit", want: "c"},
		{
			name: "six savepoints, every second rolled back",
			sequence: "add a, save 1, add b, save 2, add c, back 2, save 3, add d, save 4, add e, back 4, " +
				"save 5, add f, save 6, add g, back 6, add h, commit",
			want: "a b d f h",
		},
		{name: "nested, inner then outer", sequence: "save 1, add a, save 2, add b, back 2, back 1, add c, commit", want: "c"},
		{name: "outer rolls past inner", sequence: "save 1, add a, save 2, add b, back 1, back 2!, commit", words: "no such savepoint"},
		{name: "rolled past, then as many mails again", sequence: "save 1, add a, save 2, back 1, add b, save 3, back 2!, add c, commit", want: "b c", words: "no such savepoint"},
		{name: "zero savepoint", sequence: "add a, back never!, commit", want: "a", words: "no such savepoint"},
		{name: "savepoint after the end", sequence: "add a, commit, save 1, back 1!", want: "a", err: txn.ErrDone},
		{name: "doomed", sequence: "add a, doom first, doom second, commit!", err: txn.ErrDoomed, words: "first"},
		{name: "doomed is rolled back", sequence: "add a, doom x, commit!, commit!", err: txn.ErrDone},
		{name: "doomed commit, then the deferred rollback", sequence: "doom x, commit!, rollback", err: txn.ErrDoomed},
		{name: "doomed, add still works", sequence: "doom x, add a, rollback"},
		{name: "doom taken back", sequence: "add a, save 1, add b, doom x, back 1, commit", want: "a"},
		{name: "doom before the savepoint stays", sequence: "add a, doom x, save 1, add b, back 1, commit!", err: txn.ErrDoomed, words: "x"},
		{name: "doom after the end", sequence: "add a, commit, doom x", want: "a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &committer{}
			err := play(t, txn.Begin(c), tt.sequence)
			require.Equal(t, tt.want, c.subjects())
			if tt.err != nil {
				require.ErrorIs(t, err, tt.err)
			}
			if tt.words != "" {
				require.ErrorContains(t, err, tt.words)
			}
		})
	}
}

func TestNothingToCommitIsNotCommitted(t *testing.T) {
	c := &committer{}
	play(t, txn.Begin(c), "save 1, add a, back 1, commit")
	require.Zero(t, c.calls)
}

func TestDoomKeepsItsCause(t *testing.T) {
	cause := errors.New("the page failed")
	tx := txn.Begin(&committer{})
	tx.Doom(cause)
	err := tx.Commit(t.Context())
	require.ErrorIs(t, err, cause)
	require.ErrorIs(t, err, txn.ErrDoomed)

	tx = txn.Begin(&committer{})
	tx.Doom(nil)
	require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDoomed)
}

func TestSavepointOfAnotherTxn(t *testing.T) {
	one, other := txn.Begin(&committer{}), txn.Begin(&committer{})
	require.NoError(t, one.Add(mail("a")))
	one.Savepoint()
	require.ErrorContains(t, one.RollbackTo(other.Savepoint()), "no such savepoint")
}

func TestCommitterFails(t *testing.T) {
	full := errors.New("disk full")
	c := &committer{fail: full}
	tx := txn.Begin(c)
	require.NoError(t, tx.Add(mail("a")))
	require.ErrorIs(t, tx.Commit(t.Context()), full)
	require.NoError(t, tx.Rollback(), "it is rolled back, not committed")
	c.fail = nil
	require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDone)
	require.Empty(t, c.subjects())
}

func TestCommitterPanics(t *testing.T) {
	tx := txn.Begin(&committer{panics: true})
	require.NoError(t, tx.Add(mail("a")))
	require.PanicsWithValue(t, "committer", func() { _ = tx.Commit(t.Context()) })
	require.NoError(t, tx.Rollback(), "it is rolled back, not committed")
	require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDone)
}

func TestNobodyInterferesWithACommit(t *testing.T) {
	c := &committer{}
	tx := txn.Begin(c)
	c.during = func(context.Context) {
		require.ErrorIs(t, tx.Add(mail("late")), txn.ErrDone)
		require.ErrorIs(t, tx.Rollback(), txn.ErrDone)
		require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDone)
	}
	play(t, tx, "add a, commit")
	require.Equal(t, "a", c.subjects())
}

func TestCommitPassesItsContext(t *testing.T) {
	type key struct{}
	c := &committer{during: func(ctx context.Context) { require.Equal(t, 7, ctx.Value(key{})) }}
	tx := txn.Begin(c)
	require.NoError(t, tx.Add(mail("a")))
	require.NoError(t, tx.Commit(context.WithValue(t.Context(), key{}, 7)))
}

func TestConcurrentAdd(t *testing.T) {
	const goroutines, each = 64, 20
	c := &committer{}
	tx := txn.Begin(c)
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for range each {
				if err := tx.Add(mail("m")); err != nil {
					t.Error(err)
				}
				tx.Savepoint()
			}
		})
	}
	wg.Wait()
	require.NoError(t, tx.Commit(t.Context()))
	require.Len(t, c.got, goroutines*each)
}
