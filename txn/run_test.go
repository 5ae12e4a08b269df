package txn_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/txn"
)

func TestRun(t *testing.T) {
	failed := errors.New("failed")
	join := func(s *steps, ctx context.Context) *txn.Txn {
		tx := txn.FromContext(ctx)
		require.NoError(t, tx.Join(&part{s, "a"}))
		require.NoError(t, tx.Add(mail("m")))
		return tx
	}
	for _, tt := range []struct {
		name  string
		steps *steps
		fn    func(s *steps, ctx context.Context) error
		want  string
		err   error
	}{
		{
			name: "succeeds", fn: func(s *steps, ctx context.Context) error { join(s, ctx); return nil },
			want: "prepare a, queue m, commit a",
		},
		{
			name: "fails", fn: func(s *steps, ctx context.Context) error { join(s, ctx); return failed },
			want: "rollback a", err: failed,
		},
		{
			name: "dooms", fn: func(s *steps, ctx context.Context) error { join(s, ctx).Doom(failed); return nil },
			want: "rollback a", err: failed,
		},
		{
			name: "commits by itself", fn: func(s *steps, ctx context.Context) error { return join(s, ctx).Commit(ctx) },
			want: "prepare a, queue m, commit a",
		},
		{
			name: "commits with SQL", fn: func(s *steps, ctx context.Context) error { return join(s, ctx).CommitWith(ctx, sqlTx{s}) },
			want: "prepare a, insert m, sql commit, commit a",
		},
		{
			name: "rolls back and is content", fn: func(s *steps, ctx context.Context) error { return join(s, ctx).Rollback() },
			want: "rollback a",
		},
		{
			name: "commits and fails afterwards", fn: func(s *steps, ctx context.Context) error {
				return errors.Join(join(s, ctx).Commit(ctx), failed)
			},
			want: "prepare a, queue m, commit a", err: failed,
		},
		{
			name: "hands its mail over", fn: func(s *steps, ctx context.Context) error {
				tx := txn.FromContext(ctx)
				return errors.Join(tx.Add(mail("m")), tx.AddTo(ctx, sqlTx{s}), sqlTx{s}.Commit())
			},
			want: "insert m, sql commit",
		},
		{
			name: "the commit fails", steps: &steps{fail: map[string]error{"queue m": failed}},
			fn:   func(s *steps, ctx context.Context) error { join(s, ctx); return nil },
			want: "prepare a, queue m, rollback a", err: failed,
		},
		{
			name: "fails, and so does the rollback", steps: &steps{fail: map[string]error{"rollback a": failed}},
			fn:   func(s *steps, ctx context.Context) error { join(s, ctx); return errors.New("other") },
			want: "rollback a", err: failed,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.steps
			if s == nil {
				s = &steps{}
			}
			err := txn.Run(t.Context(), &keeper{s}, func(ctx context.Context) error { return tt.fn(s, ctx) })
			require.Equal(t, tt.want, s.String())
			if tt.err != nil {
				require.ErrorIs(t, err, tt.err)
			} else {
				require.NoError(t, err)
			}
		})
	}
}

func TestRunPanics(t *testing.T) {
	s := &steps{}
	panicked, _ := caught(func() error {
		return txn.Run(t.Context(), &keeper{s}, func(ctx context.Context) error {
			tx := txn.FromContext(ctx)
			require.NoError(t, tx.Add(mail("m")))
			require.NoError(t, tx.Join(&part{s, "a"}))
			panic("worker")
		})
	})
	require.Equal(t, "worker", panicked)
	require.Equal(t, "rollback a", s.String())
}

func TestRunHasLimits(t *testing.T) {
	err := txn.Config{MaxMails: 1}.Run(t.Context(), &committer{}, func(ctx context.Context) error {
		return txn.FromContext(ctx).Add(mail("a"), mail("b"))
	})
	require.ErrorContains(t, err, "2 mails, and may hold 1")
}

func TestRunWithinAnother(t *testing.T) {
	c := &committer{}
	failed := errors.New("failed")
	err := txn.Run(t.Context(), c, func(ctx context.Context) error {
		require.NoError(t, txn.FromContext(ctx).Add(mail("outer")))
		require.NoError(t, txn.Run(ctx, c, func(ctx context.Context) error {
			return txn.FromContext(ctx).Add(mail("inner"))
		}))
		return failed
	})
	require.ErrorIs(t, err, failed)
	require.Equal(t, "inner", c.subjects())
}
