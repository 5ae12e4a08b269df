package txn_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

var _ txn.Committer = (*keeper)(nil)
var _ txn.TxCommitter = (*keeper)(nil)

// ways are the kinds of SQL transactions.
var ways = map[string]func(s *steps) any{
	"*sql.Tx": func(s *steps) any { return sqlTx{s} },
	"pgx.Tx":  func(s *steps) any { return &pgxTx{steps: s} },
}

const withSQL = "prepare a, prepare b, insert m, sql commit, commit a, commit b, signal"

func TestCommitWith(t *testing.T) {
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			s := &steps{}
			tx := s.begin(t)
			require.NoError(t, tx.CommitWith(t.Context(), way(s)))
			s.requireEnd(t, tx, withSQL, txn.ErrDone)
		})
	}
}

// What happens where a step of CommitWith fails, or panics.
func TestCommitWithFailsAtEachStep(t *testing.T) {
	const back = "sql rollback, rollback b, rollback a"
	for _, tt := range []struct {
		step    string
		after   string
		done    error
		unknown bool
		phantom bool
	}{
		{step: "prepare a", after: back},
		{step: "prepare b", after: back},
		{step: "insert m", after: back},
		{step: "sql commit", after: back, done: txn.ErrDone, unknown: true},
		{step: "commit a", after: "commit b, signal", done: txn.ErrDone, phantom: true},
		{step: "commit b", after: "signal", done: txn.ErrDone, phantom: true},
	} {
		want := upTo(withSQL, tt.step, tt.after)
		for name, way := range ways {
			t.Run(tt.step+" fails, "+name, func(t *testing.T) {
				s, failure := failing(tt.step)
				tx := s.begin(t)
				err := tx.CommitWith(t.Context(), way(s))
				require.ErrorIs(t, err, failure)
				var unknown *txn.UnknownError
				require.Equal(t, tt.unknown, errors.As(err, &unknown))
				var phantom *txn.PhantomError
				require.Equal(t, tt.phantom, errors.As(err, &phantom))
				if tt.phantom {
					require.Len(t, phantom.Phantoms, 1)
				}
				s.requireEnd(t, tx, want, tt.done)
			})
			t.Run(tt.step+" panics, "+name, func(t *testing.T) {
				s := &steps{panics: tt.step}
				tx := s.begin(t)
				panicked, _ := caught(func() error { return tx.CommitWith(t.Context(), way(s)) })
				require.Equal(t, tt.step, panicked)
				s.requireEnd(t, tx, want, tt.done)
			})
		}
	}
	t.Run("signal panics", func(t *testing.T) {
		s := &steps{panics: "signal"}
		tx := s.begin(t)
		panicked, _ := caught(func() error { return tx.CommitWith(t.Context(), sqlTx{s}) })
		require.Equal(t, "signal", panicked)
		s.requireEnd(t, tx, withSQL, txn.ErrDone)
	})
}

// Whether an error of the SQL commit says that nothing was committed, or leaves it open.
func TestCommitWithKnowsWhatWasRolledBack(t *testing.T) {
	for _, tt := range []struct {
		err     error
		unknown bool
	}{
		{sql.ErrTxDone, false},
		{answer("40001"), false}, // serialization_failure
		{answer("40P01"), false}, // deadlock_detected
		{answer("23503"), false}, // a foreign key that is checked at the end
		{fmt.Errorf("commit: %w", answer("23505")), false},
		{answer("40003"), true}, // statement_completion_unknown
		{answer("08006"), true}, // connection_failure
		{answer("57P01"), true}, // admin_shutdown
		{answer("58030"), true}, // io_error
		{answer("XX000"), true}, // internal_error
		{answer(""), true},
		{result(5), false},         // SQLITE_BUSY
		{result(5 | 2<<8), false},  // SQLITE_BUSY_SNAPSHOT
		{result(13), false},        // SQLITE_FULL
		{result(19 | 3<<8), false}, // SQLITE_CONSTRAINT_FOREIGNKEY
		{result(10 | 4<<8), true},  // SQLITE_IOERR_FSYNC
		{unsent(true), false},
		{unsent(false), true},
		{context.DeadlineExceeded, true},
		{errors.New("unexpected EOF"), true},
	} {
		t.Run(tt.err.Error(), func(t *testing.T) {
			s := &steps{fail: map[string]error{"sql commit": tt.err}}
			tx := s.begin(t)
			err := tx.CommitWith(t.Context(), sqlTx{s})
			require.ErrorIs(t, err, tt.err)
			var unknown *txn.UnknownError
			require.Equal(t, tt.unknown, errors.As(err, &unknown))
			if tt.unknown {
				require.Equal(t, []string{"id-m"}, unknown.IDs)
				require.ErrorContains(t, err, "it is not known whether the transaction was committed")
				require.ErrorContains(t, err, "whether the queue has mail id-m")
				require.ErrorIs(t, tx.Rollback(), txn.ErrDone)
			} else {
				require.NoError(t, tx.Rollback())
			}
		})
	}
}

// A *sql.Tx looks at its context before it asks the database, and is open still.
type openStill struct{ sqlTx }

func (t openStill) Rollback() error { return t.do("sql rollback") }

func TestCommitWithFindsTheSQLTransactionOpen(t *testing.T) {
	s := &steps{fail: map[string]error{"sql commit": context.Canceled}}
	tx := s.begin(t)
	err := tx.CommitWith(t.Context(), openStill{sqlTx{s}})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "the SQL transaction was not committed, nor the mail")
	s.requireEnd(t, tx, "prepare a, prepare b, insert m, sql commit, sql rollback, rollback b, rollback a", nil)
}

// An unsent error is pgconn's of something that the server may not have been asked.
type unsent bool

func (u unsent) Error() string     { return fmt.Sprintf("safe to retry: %v", bool(u)) }
func (u unsent) SafeToRetry() bool { return bool(u) }

func TestCommitWithoutMail(t *testing.T) {
	s := &steps{}
	require.NoError(t, txn.Begin(&keeper{s}).CommitWith(t.Context(), sqlTx{s}))
	require.Equal(t, "sql commit", s.String(), "the application's data")

	s, failure := failing("sql commit")
	err := txn.Begin(&keeper{s}).CommitWith(t.Context(), sqlTx{s})
	require.EqualError(t, err, "txn: it is not known whether the transaction was committed: "+failure.Error())
}

func TestCommitWithSignalsForImmediateMail(t *testing.T) {
	for _, tt := range []struct {
		name string
		mail queue.Mail
		want bool
	}{
		{"immediate", queue.Mail{Lane: queue.Immediate}, true},
		{"normal", queue.Mail{}, false},
		{"bulk", queue.Mail{Lane: queue.Bulk}, false},
		{"immediate, but later", queue.Mail{Lane: queue.Immediate, NotBefore: time.Now().Add(time.Hour)}, false},
		{"immediate, but a duplicate", queue.Mail{Lane: queue.Immediate, Duplicate: true}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &steps{}
			tx := txn.Begin(&keeper{s})
			require.NoError(t, tx.Add(&tt.mail))
			require.NoError(t, tx.CommitWith(t.Context(), sqlTx{s}))
			require.Equal(t, tt.want, s.count("signal") == 1)
		})
	}
}

// What CommitWith and AddTo refuse they have not touched.
func TestSQLTransactionsThatAreRefused(t *testing.T) {
	s := &steps{}
	var none *sql.Tx
	for _, tt := range []struct {
		name  string
		c     txn.Committer
		sqlTx any
		words string
	}{
		{"nil", &keeper{s}, nil, "the SQL transaction is nil"},
		{"a nil *sql.Tx", &keeper{s}, none, "the SQL transaction is nil"},
		{"a handle", &keeper{s}, &sql.DB{}, "a *sql.DB is no SQL transaction: give a *sql.Tx, or a pgx.Tx"},
		{"a Txn", &keeper{s}, txn.Begin(&keeper{s}), "a *txn.Txn is no SQL transaction"},
		{"a Committer without SQL", &committer{}, sqlTx{s}, "a *txn_test.committer cannot put mail into an SQL transaction"},
		{"Direct", txn.Direct(&relay{}), sqlTx{s}, "cannot put mail into an SQL transaction"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tx := txn.Begin(tt.c)
			require.NoError(t, tx.Add(letter("m", "ann@x.example")))
			require.ErrorContains(t, tx.CommitWith(t.Context(), tt.sqlTx), tt.words)
			require.ErrorContains(t, tx.AddTo(t.Context(), tt.sqlTx), tt.words)
			require.Empty(t, s.done)
			require.NoError(t, tx.Commit(t.Context()), "it is still open")
			s.done = nil
		})
	}
}

func TestCommitWithAfterTheEnd(t *testing.T) {
	s := &steps{}
	tx := s.begin(t)
	require.NoError(t, tx.Rollback())
	s.done = nil
	require.ErrorIs(t, tx.CommitWith(t.Context(), sqlTx{s}), txn.ErrDone)
	require.ErrorIs(t, tx.AddTo(t.Context(), sqlTx{s}), txn.ErrDone)
	require.Empty(t, s.done, "the SQL transaction is still the caller's")
}

func TestCommitWithOfADoomedTransaction(t *testing.T) {
	s := &steps{}
	tx := s.begin(t)
	tx.Doom(errors.New("page failed"))
	require.ErrorIs(t, tx.CommitWith(t.Context(), sqlTx{s}), txn.ErrDoomed)
	s.requireEnd(t, tx, "sql rollback, rollback b, rollback a", nil)
}

func TestCommitWithAfterTheContextEnded(t *testing.T) {
	s := &steps{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	tx := s.begin(t)
	require.ErrorIs(t, tx.CommitWith(ctx, sqlTx{s}), context.Canceled)
	s.requireEnd(t, tx, "prepare a, prepare b, insert m, sql rollback, rollback b, rollback a", nil)
}

func TestSQLCommitIsCarriedThrough(t *testing.T) {
	s := &steps{}
	ctx, cancel := context.WithCancel(t.Context())
	commit := &pgxTx{steps: s, during: func(ctx context.Context) {
		cancel()
		require.NoError(t, ctx.Err())
		deadline, has := ctx.Deadline()
		require.True(t, has)
		require.WithinDuration(t, time.Now().Add(30*time.Second), deadline, time.Second)
	}}
	require.NoError(t, s.begin(t).CommitWith(ctx, commit))
}

func TestAddTo(t *testing.T) {
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			s := &steps{}
			tx := txn.Begin(&keeper{s})
			sp := tx.Savepoint()
			require.NoError(t, tx.Add(mail("m")))
			require.NoError(t, tx.AddTo(t.Context(), way(s)))
			require.Equal(t, "insert m", s.String(), "the application commits it")

			for _, err := range []error{
				tx.Add(mail("late")), tx.Join(&part{s, "late"}), tx.RollbackTo(sp),
				tx.AddTo(t.Context(), way(s)),
			} {
				require.ErrorIs(t, err, txn.ErrDone)
				require.ErrorContains(t, err, "AddTo has handed its mail to an SQL transaction")
			}
			require.NoError(t, tx.Commit(t.Context()), "without mail")
			require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDone)
			require.ErrorIs(t, tx.Rollback(), txn.ErrDone)
			require.Equal(t, "insert m", s.String())
		})
	}
}

func TestAfterAddTo(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(t *testing.T, tx *txn.Txn)
	}{
		{"rolled back", func(t *testing.T, tx *txn.Txn) {
			require.NoError(t, tx.Rollback())
			require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDone)
		}},
		{"doomed", func(t *testing.T, tx *txn.Txn) {
			tx.Doom(errors.New("page failed"))
			require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDoomed)
			require.NoError(t, tx.Rollback())
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &steps{}
			tx := txn.Begin(&keeper{s})
			require.NoError(t, tx.Add(mail("m")))
			require.NoError(t, tx.AddTo(t.Context(), sqlTx{s}))
			tt.end(t, tx)
			require.Equal(t, "insert m", s.String(), "the SQL transaction is the application's")
		})
	}
}

func TestAddToFails(t *testing.T) {
	s, failure := failing("insert m")
	tx := txn.Begin(&keeper{s})
	require.NoError(t, tx.Add(mail("m")))
	require.ErrorIs(t, tx.AddTo(t.Context(), sqlTx{s}), failure)
	s.requireEnd(t, tx, "insert m", nil)

	s = &steps{panics: "insert m"}
	tx = txn.Begin(&keeper{s})
	require.NoError(t, tx.Add(mail("m")))
	panicked, _ := caught(func() error { return tx.AddTo(t.Context(), sqlTx{s}) })
	require.Equal(t, "insert m", panicked)
	s.requireEnd(t, tx, "insert m", nil)

	s = &steps{}
	tx = txn.Begin(&keeper{s})
	tx.Doom(errors.New("page failed"))
	require.ErrorIs(t, tx.AddTo(t.Context(), sqlTx{s}), txn.ErrDoomed)
	s.requireEnd(t, tx, "", nil)
}

func TestAddToWithParticipantsIsRefused(t *testing.T) {
	s := &steps{}
	tx := s.begin(t)
	require.ErrorContains(t, tx.AddTo(t.Context(), sqlTx{s}), "the 2 participants of this transaction: use CommitWith")
	require.NoError(t, tx.CommitWith(t.Context(), sqlTx{s}), "nothing was done")
	require.Equal(t, withSQL, s.String())
}

func TestNoTransactionForSQL(t *testing.T) {
	s := &steps{}
	var tx *txn.Txn
	require.ErrorIs(t, tx.CommitWith(t.Context(), sqlTx{s}), txn.ErrNoTxn)
	require.ErrorIs(t, tx.AddTo(t.Context(), sqlTx{s}), txn.ErrNoTxn)
	require.ErrorIs(t, tx.Join(&part{s, "a"}), txn.ErrNoTxn)
	require.Empty(t, s.done)
}
