package txn_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/txn"
)

func TestRetryStartsFromAnEmptyBuffer(t *testing.T) {
	s := &steps{}
	calls := 0
	err := txn.Run(t.Context(), &keeper{s}, func(ctx context.Context) error {
		require.NoError(t, txn.FromContext(ctx).Add(mail("before")))
		return txn.Retry(ctx, 5, func(ctx context.Context) error {
			calls++
			tx := txn.FromContext(ctx)
			require.NoError(t, tx.Add(mail(fmt.Sprint(calls))))
			require.NoError(t, tx.Join(&part{s, fmt.Sprint(calls)}))
			if calls < 3 {
				tx.Doom(errors.New("its page failed"))
				return fmt.Errorf("update stock: %w", answer("40001"))
			}
			return nil
		})
	})
	require.NoError(t, err)
	require.Equal(t, "rollback 1, rollback 2, prepare 3, queue before 3, commit 3", s.String())
}

func TestRetryWithSQL(t *testing.T) {
	s := &steps{fail: map[string]error{}}
	calls := 0
	err := txn.Run(t.Context(), &keeper{s}, func(ctx context.Context) error {
		return txn.Retry(ctx, 5, func(ctx context.Context) error {
			calls++
			s.fail["sql commit"] = nil
			if calls == 1 {
				s.fail["sql commit"] = answer("40001")
			}
			tx := txn.FromContext(ctx)
			require.NoError(t, tx.Add(mail(fmt.Sprint(calls))))
			return tx.CommitWith(ctx, sqlTx{s})
		})
	})
	require.NoError(t, err)
	require.Equal(t, "insert 1, sql commit, sql rollback, insert 2, sql commit", s.String())
}

func TestRetryAroundRun(t *testing.T) {
	s := &steps{}
	calls := 0
	err := txn.Retry(t.Context(), 5, func(ctx context.Context) error {
		return txn.Run(ctx, &keeper{s}, func(ctx context.Context) error {
			calls++
			require.NoError(t, txn.FromContext(ctx).Add(mail(fmt.Sprint(calls))))
			if calls == 1 {
				return answer("40P01")
			}
			return nil
		})
	})
	require.NoError(t, err)
	require.Equal(t, "queue 2", s.String())
}

func TestWhatIsRetried(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{answer("40001"), true},
		{answer("40P01"), true},
		{fmt.Errorf("in stock: %w", answer("40001")), true},
		{result(5), true},        // SQLITE_BUSY
		{result(5 | 2<<8), true}, // SQLITE_BUSY_SNAPSHOT
		{answer("23505"), false},
		{answer("40003"), false},
		{result(19), false},
		{coded{}, false},
		{errors.New("other"), false},
		{context.Canceled, false},
		{&txn.UnknownError{Err: answer("40001")}, false},
		{&txn.PhantomError{Phantoms: []txn.Phantom{{Err: answer("40001")}}}, false},
		{errors.Join(&txn.DirectError{}, answer("40001")), false},
	} {
		for _, inside := range []bool{true, false} {
			t.Run(fmt.Sprintf("%v, within a transaction: %v", tt.err, inside), func(t *testing.T) {
				ctx := t.Context()
				if inside {
					ctx = txn.NewContext(ctx, txn.Begin(&committer{}))
				}
				calls := 0
				err := txn.Retry(ctx, 2, func(context.Context) error { calls++; return tt.err })
				require.ErrorIs(t, err, tt.err)
				require.Equal(t, tt.want, calls == 2)
				if tt.want {
					require.ErrorContains(t, err, "txn: gave up after 2 attempts")
				}
			})
		}
	}
}

// A coded error has a code that is not SQLite's.
type coded struct{}

func (coded) Error() string { return "deadline exceeded" }
func (coded) Code() int     { return 5 }

// What has sent mail, or may have, is not done again, whatever error it returns.
func TestRetryDoesNotRepeatWhatWasCommitted(t *testing.T) {
	collision := answer("40001")
	for _, tt := range []struct {
		name string
		c    func(s *steps) txn.Committer
		fail map[string]error
		fn   func(s *steps, tx *txn.Txn, ctx context.Context) error
		want string
	}{
		{
			name: "committed", want: "queue m",
			fn: func(_ *steps, tx *txn.Txn, ctx context.Context) error { return tx.Commit(ctx) },
		},
		{
			name: "committed with SQL", want: "insert m, sql commit",
			fn: func(s *steps, tx *txn.Txn, ctx context.Context) error { return tx.CommitWith(ctx, sqlTx{s}) },
		},
		{
			name: "perhaps committed", want: "insert m, sql commit, sql rollback", fail: map[string]error{"sql commit": errors.New("EOF")},
			fn: func(s *steps, tx *txn.Txn, ctx context.Context) error { _ = tx.CommitWith(ctx, sqlTx{s}); return nil },
		},
		{
			name: "handed over", want: "insert m",
			fn: func(s *steps, tx *txn.Txn, ctx context.Context) error { return tx.AddTo(ctx, sqlTx{s}) },
		},
		{
			name: "sent in part",
			c: func(*steps) txn.Committer {
				return txn.Direct(&relay{says: map[string]host.Outcome{"bob@x.example": host.Permanent}})
			},
			fn: func(_ *steps, tx *txn.Txn, ctx context.Context) error {
				_ = tx.Add(letter("to bob", "bob@x.example"))
				_ = tx.Commit(ctx)
				return nil
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &steps{fail: tt.fail}
			var c txn.Committer = &keeper{s}
			if tt.c != nil {
				c = tt.c(s)
			}
			calls := 0
			err := txn.Retry(txn.NewContext(t.Context(), txn.Begin(c)), 5, func(ctx context.Context) error {
				calls++
				tx := txn.FromContext(ctx)
				require.NoError(t, tx.Add(letter("m", "ann@x.example")))
				require.NoError(t, tt.fn(s, tx, ctx))
				return collision
			})
			require.ErrorIs(t, err, collision)
			require.Equal(t, 1, calls)
			require.Equal(t, tt.want, s.String())
		})
	}
}

func TestRetryPanics(t *testing.T) {
	s := &steps{}
	outer := txn.Begin(&keeper{s})
	panicked, _ := caught(func() error {
		return txn.Retry(txn.NewContext(t.Context(), outer), 5, func(ctx context.Context) error {
			require.NoError(t, txn.FromContext(ctx).Join(&part{s, "a"}))
			panic("worker")
		})
	})
	require.Equal(t, "worker", panicked)
	require.Equal(t, "rollback a", s.String())
}

func TestRetryHandsOn(t *testing.T) {
	for _, tt := range []struct {
		name string
		cfg  txn.Config
		fn   func(outer, inner *txn.Txn) error
		err  string // of Retry
		then string // of the outer commit
		want string
	}{
		{name: "a doom", fn: func(_, inner *txn.Txn) error { inner.Doom(errors.New("page failed")); return nil }, then: "page failed", want: "rollback a"},
		{name: "a doom that was taken back", fn: func(_, inner *txn.Txn) error {
			sp := inner.Savepoint()
			inner.Doom(errors.New("page failed"))
			return inner.RollbackTo(sp)
		}, want: "prepare a, queue o m, commit a"},
		{name: "too much", cfg: txn.Config{MaxMails: 1}, fn: func(_, _ *txn.Txn) error { return nil }, err: "2 mails, and may hold 1", want: "rollback a, queue o"},
		{name: "after the end", fn: func(outer, _ *txn.Txn) error { return outer.Rollback() }, err: "already committed", then: "already committed", want: "rollback a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &steps{}
			outer := tt.cfg.Begin(&keeper{s})
			require.NoError(t, outer.Add(mail("o")))
			var inner *txn.Txn
			err := txn.Retry(txn.NewContext(t.Context(), outer), 5, func(ctx context.Context) error {
				inner = txn.FromContext(ctx)
				require.NoError(t, inner.Join(&part{s, "a"}))
				require.NoError(t, inner.Add(mail("m")))
				return tt.fn(outer, inner)
			})
			requireWords(t, err, tt.err)
			require.ErrorIs(t, inner.Add(mail("late")), txn.ErrDone)
			requireWords(t, outer.Commit(t.Context()), tt.then)
			require.Equal(t, tt.want, s.String())
		})
	}
}

func requireWords(t *testing.T, err error, words string) {
	t.Helper()
	if words == "" {
		require.NoError(t, err)
	} else {
		require.ErrorContains(t, err, words)
	}
}

// The participants that cannot be handed on are rolled back, all of them once.
func TestRetryHandsOnAllOrNothing(t *testing.T) {
	s := &steps{}
	outer := txn.Begin(&keeper{s})
	for range 999 {
		require.NoError(t, outer.Join(&part{s, "outer"}))
	}
	err := txn.Retry(txn.NewContext(t.Context(), outer), 1, func(ctx context.Context) error {
		inner := txn.FromContext(ctx)
		return errors.Join(inner.Add(mail("m")), inner.Join(&part{s, "a"}), inner.Join(&part{s, "b"}), inner.Join(&part{s, "c"}))
	})
	require.ErrorContains(t, err, "1000 participants already")
	require.Equal(t, "rollback c, rollback b, rollback a", s.String())
	require.NoError(t, outer.Rollback())
	require.Equal(t, 1, s.count("rollback a"))
	require.Zero(t, s.count("queue m"))
}

func TestRetryWaitsUntilTheContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start, calls := time.Now(), 0
		var last time.Time
		var longest time.Duration
		err := txn.Retry(ctx, 1_000_000, func(context.Context) error {
			if calls++; calls > 1 {
				longest = max(longest, time.Since(last))
			}
			last = time.Now()
			return answer("40001")
		})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, answer("40001"), "and why it was tried again")
		require.Equal(t, time.Minute, time.Since(start))
		require.Greater(t, calls, 50)
		require.Less(t, calls, 1000)
		require.Greater(t, longest, 500*time.Millisecond)
		require.LessOrEqual(t, longest, time.Second)
	})
}

func TestRetryNeedsAnAttempt(t *testing.T) {
	require.ErrorContains(t, txn.Retry(t.Context(), 0, nil), "use at least 1")
}
