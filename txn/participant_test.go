package txn_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

// What happens where a step of Commit fails, or panics, and what the transaction says
// afterwards to a Rollback: nil where no mail leaves.
func TestCommitFailsAtEachStep(t *testing.T) {
	for _, tt := range []struct {
		step  string
		after string // the steps that follow it
		done  error  // of Rollback
	}{
		{"prepare a", "rollback b, rollback a", nil},
		{"prepare b", "rollback b, rollback a", nil},
		{"queue m", "rollback b, rollback a", nil},
		{"commit a", "commit b", txn.ErrDone},
		{"commit b", "", txn.ErrDone},
	} {
		all := "prepare a, prepare b, queue m, commit a, commit b"
		want := upTo(all, tt.step, tt.after)
		t.Run(tt.step+" fails", func(t *testing.T) {
			s, failure := failing(tt.step)
			tx := s.begin(t)
			err := tx.Commit(t.Context())
			require.ErrorIs(t, err, failure)
			var phantom *txn.PhantomError
			require.Equal(t, tt.done != nil, errors.As(err, &phantom))
			s.requireEnd(t, tx, want, tt.done)
		})
		t.Run(tt.step+" panics", func(t *testing.T) {
			s := &steps{panics: tt.step}
			tx := s.begin(t)
			panicked, _ := caught(func() error { return tx.Commit(t.Context()) })
			require.Equal(t, tt.step, panicked)
			s.requireEnd(t, tx, want, tt.done)
		})
	}
}

// requireEnd checks that the steps were done, and that nothing follows them.
func (s *steps) requireEnd(t *testing.T, tx *txn.Txn, want string, done error) {
	t.Helper()
	require.Equal(t, want, s.String())
	require.Equal(t, done, tx.Rollback())
	require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDone)
	require.ErrorIs(t, tx.Join(&part{s, "late"}), txn.ErrDone)
	require.Equal(t, want, s.String(), "it has ended once")
}

// upTo returns the steps to this one, and those that come after it instead.
func upTo(all, step, after string) string {
	for i := range len(all) {
		if len(all[i:]) >= len(step) && all[i:i+len(step)] == step {
			all = all[:i+len(step)]
			break
		}
	}
	if after != "" {
		all += ", " + after
	}
	return all
}

// The store's answer was lost.
func TestCommitOfUnknownOutcome(t *testing.T) {
	lost := fmt.Errorf("queue: %w: %w", queue.ErrUnknown, answer("40001"))
	s := &steps{fail: map[string]error{"queue m": lost}}
	tx := s.begin(t)
	err := tx.Commit(t.Context())
	var unknown *txn.UnknownError
	require.ErrorAs(t, err, &unknown)
	require.Equal(t, []string{"id-m"}, unknown.IDs)
	require.ErrorIs(t, err, queue.ErrUnknown)
	s.requireEnd(t, tx, "prepare a, prepare b, queue m, rollback b, rollback a", txn.ErrDone)
}

func TestParticipantsCommitInOrder(t *testing.T) {
	s := &steps{}
	tx := s.begin(t)
	require.NoError(t, tx.Commit(t.Context()))
	s.requireEnd(t, tx, "prepare a, prepare b, queue m, commit a, commit b", txn.ErrDone)
}

func TestParticipantsWithoutMail(t *testing.T) {
	s := &steps{}
	tx := txn.Begin(&keeper{s})
	require.NoError(t, tx.Join(&part{s, "a"}))
	require.NoError(t, tx.Commit(t.Context()))
	require.Equal(t, "prepare a, commit a", s.String())
}

func TestRollbackRollsBackOnce(t *testing.T) {
	s := &steps{}
	tx := s.begin(t)
	require.NoError(t, tx.Rollback())
	s.requireEnd(t, tx, "rollback b, rollback a", nil)
}

func TestDoomRollsParticipantsBack(t *testing.T) {
	s := &steps{}
	tx := s.begin(t)
	tx.Doom(errors.New("page failed"))
	require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDoomed)
	s.requireEnd(t, tx, "rollback b, rollback a", nil)
}

func TestRollbackOfAllWhateverBecomesOfOne(t *testing.T) {
	s, failure := failing("rollback b")
	tx := s.begin(t)
	err := tx.Rollback()
	require.ErrorIs(t, err, failure)
	require.ErrorContains(t, err, "*txn_test.part could not roll back")
	s.requireEnd(t, tx, "rollback b, rollback a", nil)

	s = &steps{panics: "rollback b"}
	tx = s.begin(t)
	panicked, _ := caught(tx.Rollback)
	require.Equal(t, "rollback b", panicked)
	s.requireEnd(t, tx, "rollback b, rollback a", nil)
}

func TestFailedCommitTellsOfFailedRollbacks(t *testing.T) {
	s, full := failing("queue m")
	stuck := errors.New("stuck")
	s.fail["rollback a"] = stuck
	err := s.begin(t).Commit(t.Context())
	require.ErrorIs(t, err, full)
	require.ErrorIs(t, err, stuck)
}

func TestPhantomErrorListsWhoDidNotCommit(t *testing.T) {
	lost, gone := errors.New("connection lost"), errors.New("file gone")
	s := &steps{fail: map[string]error{"commit a": lost, "commit c": gone}}
	tx := s.begin(t)
	require.NoError(t, tx.Join(&part{s, "c"}))
	err := tx.Commit(t.Context())
	var phantom *txn.PhantomError
	require.ErrorAs(t, err, &phantom)
	require.Len(t, phantom.Phantoms, 2)
	require.Equal(t, "a", phantom.Phantoms[0].Participant.(*part).name)
	require.Equal(t, lost, phantom.Phantoms[0].Err)
	require.Equal(t, "c", phantom.Phantoms[1].Participant.(*part).name)
	require.ErrorIs(t, err, gone)
	require.EqualError(t, err, "txn: the mail was committed and leaves, but not what it tells of: "+
		"the participant *txn_test.part did not commit: connection lost; the participant *txn_test.part did not commit: file gone")
}

// Joined twice, as by two functions of one request.
func TestJoinTwice(t *testing.T) {
	s := &steps{}
	tx := txn.Begin(&keeper{s})
	a, b := &part{s, "a"}, &part{s, "b"}
	for _, p := range []*part{a, b, a, b, a} {
		require.NoError(t, tx.Join(p))
	}
	require.NoError(t, tx.Commit(t.Context()))
	require.Equal(t, "prepare a, prepare b, commit a, commit b", s.String())
}

// A bag cannot be compared.
type bag []string

func (bag) Prepare(context.Context) error { return nil }
func (bag) Commit(context.Context) error  { return nil }
func (bag) Rollback() error               { return nil }

func TestJoinRefuses(t *testing.T) {
	tx := txn.Begin(&committer{})
	require.ErrorContains(t, tx.Join(nil), "nil")
	require.ErrorContains(t, tx.Join(bag{}), "join a pointer")
	s := &steps{}
	for range 1000 {
		require.NoError(t, tx.Join(&part{s, "a"}))
	}
	require.ErrorContains(t, tx.Join(&part{s, "a"}), "1000 participants already")
	require.NoError(t, tx.Rollback())
	require.Len(t, s.done, 1000)
}

// Who joined after a savepoint goes with what was added after it.
func TestSavepointsAndParticipants(t *testing.T) {
	s := &steps{}
	tx := txn.Begin(&keeper{s})
	a, b := &part{s, "a"}, &part{s, "b"}
	require.NoError(t, tx.Join(a))
	sp := tx.Savepoint()
	require.NoError(t, tx.Join(b))
	require.NoError(t, tx.Join(a))
	require.NoError(t, tx.RollbackTo(sp))
	require.Equal(t, "rollback b", s.String())
	require.NoError(t, tx.RollbackTo(sp))
	require.NoError(t, tx.Join(b), "it may join again")
	require.NoError(t, tx.Commit(t.Context()))
	require.Equal(t, "rollback b, prepare a, prepare b, commit a, commit b", s.String())
}

func TestRollbackToTellsOfFailedRollbacks(t *testing.T) {
	s, failure := failing("rollback a")
	tx := txn.Begin(&keeper{s})
	sp := tx.Savepoint()
	require.NoError(t, tx.Join(&part{s, "a"}))
	require.ErrorIs(t, tx.RollbackTo(sp), failure)
	require.NoError(t, tx.Commit(t.Context()), "it has taken place nevertheless")
	require.Equal(t, "rollback a", s.String())
}

// A nosy participant looks at the contexts that it gets.
type nosy struct {
	part
	prepare, commit error
}

func (p *nosy) Prepare(ctx context.Context) error { p.prepare = ctx.Err(); return nil }
func (p *nosy) Commit(ctx context.Context) error  { p.commit = ctx.Err(); return nil }

func TestParticipantsCommitAlthoughTheContextEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := &nosy{part: part{&steps{}, "nosy"}, commit: errors.New("not called")}
	tx := txn.Begin(&committer{during: func(context.Context) { cancel() }})
	require.NoError(t, tx.Join(p))
	require.NoError(t, tx.Add(mail("m")))
	require.NoError(t, tx.Commit(ctx))
	require.NoError(t, p.prepare)
	require.NoError(t, p.commit)
}

// Participants are called while nothing is locked.
type reentrant struct{ tx *txn.Txn }

func (p *reentrant) use() error {
	p.tx.Savepoint()
	p.tx.Doom(errors.New("too late"))
	if p.tx.Add(mail("late")) == nil || p.tx.Rollback() == nil {
		return errors.New("it is not closed")
	}
	return nil
}

func (p *reentrant) Prepare(context.Context) error { return p.use() }
func (p *reentrant) Commit(context.Context) error  { return p.use() }
func (p *reentrant) Rollback() error               { return nil }

func TestParticipantsMayUseTheTransaction(t *testing.T) {
	tx := txn.Begin(&committer{})
	require.NoError(t, tx.Join(&reentrant{tx}))
	require.NoError(t, tx.Commit(t.Context()))
}
