package txn_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

// What the tests of earlier mail systems with transactions ask of them, those of Zope's
// zope.sendmail and transaction, of repoze.sendmail and of pyramid_mailer, put to ours:
// for a queue that keeps the mail and for Direct, which sends it.

// A deliverer is a Committer, and what left through it.
type deliverer struct {
	txn.Committer
	left func() string
}

func deliverers(t *testing.T) map[string]func() deliverer {
	return map[string]func() deliverer{
		"queue": func() deliverer {
			q, err := queue.Open(queue.Memory(), nil, queue.Config{})
			require.NoError(t, err)
			t.Cleanup(func() { _ = q.Close(context.Background()) })
			return deliverer{q, func() string {
				entries, err := q.List(t.Context(), queue.Filter{}, queue.Page{})
				require.NoError(t, err)
				var subjects []string
				for _, e := range entries {
					subjects = append([]string{e.Subject}, subjects...) // newest first
				}
				return strings.Join(subjects, " ")
			}}
		},
		"Direct": func() deliverer {
			r := &relay{}
			return deliverer{txn.Direct(r), func() string {
				return strings.ReplaceAll(strings.Join(r.sent, " "), "@x.example", "")
			}}
		},
	}
}

func TestLessons(t *testing.T) {
	add := func(t *testing.T, tx *txn.Txn, name string) {
		t.Helper()
		require.NoError(t, tx.Add(letter(name, name+"@x.example")))
	}
	for _, tt := range []struct {
		source, rule string
		do           func(t *testing.T, d deliverer)
		want         string
	}{
		{"zope.sendmail", "nothing is sent before the commit, and then all of it, once", func(t *testing.T, d deliverer) {
			tx := txn.Begin(d)
			add(t, tx, "ann")
			require.Empty(t, d.left())
			require.NoError(t, tx.Commit(t.Context()))
			require.Equal(t, "ann", d.left())
			require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDone)
		}, "ann"},
		{"zope.sendmail", "an abort sends nothing", func(t *testing.T, d deliverer) {
			tx := txn.Begin(d)
			add(t, tx, "ann")
			require.NoError(t, tx.Rollback())
		}, ""},
		{"repoze.sendmail", "nor does a commit after the abort", func(t *testing.T, d deliverer) {
			tx := txn.Begin(d)
			add(t, tx, "ann")
			require.NoError(t, tx.Rollback())
			require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDone)
		}, ""},
		{"repoze.sendmail", "nor a doomed transaction", func(t *testing.T, d deliverer) {
			tx := txn.Begin(d)
			add(t, tx, "ann")
			tx.Doom(errors.New("doomed"))
			require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDoomed)
		}, ""},
		{"zope.sendmail", "a transaction after an abort begins with nothing", func(t *testing.T, d deliverer) {
			tx := txn.Begin(d)
			add(t, tx, "ann")
			require.NoError(t, tx.Rollback())
			tx = txn.Begin(d)
			add(t, tx, "bob")
			require.NoError(t, tx.Commit(t.Context()))
		}, "bob"},
		{"repoze.sendmail", "of six savepoints every second is rolled back, and the others are sent", func(t *testing.T, d deliverer) {
			tx := txn.Begin(d)
			for i, name := range []string{"one", "two", "three", "four", "five", "six"} {
				sp := tx.Savepoint()
				add(t, tx, name)
				require.Empty(t, d.left())
				if i%2 == 1 {
					require.NoError(t, tx.RollbackTo(sp))
				}
			}
			require.NoError(t, tx.Commit(t.Context()))
		}, "one three five"},
		{"repoze.sendmail", "an outer savepoint takes the inner ones along", func(t *testing.T, d deliverer) {
			tx := txn.Begin(d)
			outer := tx.Savepoint()
			for i, name := range []string{"one", "two", "three", "four", "five", "six"} {
				sp := tx.Savepoint()
				add(t, tx, name)
				require.NoError(t, tx.RollbackTo(tx.Savepoint()), "which changes nothing")
				if i%2 == 1 {
					require.NoError(t, tx.RollbackTo(sp))
				}
			}
			require.NoError(t, tx.RollbackTo(outer))
			require.NoError(t, tx.Commit(t.Context()))
		}, ""},
		{"repoze.sendmail", "committing another transaction does not send this one's mail", func(t *testing.T, d deliverer) {
			this, other := txn.Begin(d), txn.Begin(d)
			add(t, this, "ann")
			require.NoError(t, other.Commit(t.Context()))
			require.Empty(t, d.left())
			require.NoError(t, this.Commit(t.Context()))
		}, "ann"},
		{"repoze.sendmail", "a savepoint of another transaction is refused", func(t *testing.T, d deliverer) {
			this, other := txn.Begin(d), txn.Begin(d)
			add(t, this, "ann")
			require.Error(t, this.RollbackTo(other.Savepoint()))
			require.NoError(t, this.Commit(t.Context()))
		}, "ann"},
		{"repoze.sendmail", "what is used after the end of its transaction is refused", func(t *testing.T, d deliverer) {
			tx := txn.Begin(d)
			require.NoError(t, tx.Commit(t.Context()))
			require.ErrorIs(t, tx.Add(letter("late", "late@x.example")), txn.ErrDone)
			require.ErrorIs(t, tx.Join(&part{&steps{}, "late"}), txn.ErrDone)
			require.ErrorIs(t, tx.RollbackTo(tx.Savepoint()), txn.ErrDone)
			require.ErrorIs(t, tx.Rollback(), txn.ErrDone)
		}, ""},
		{"repoze.sendmail", "mail without a transaction is refused", func(t *testing.T, d deliverer) {
			require.ErrorIs(t, txn.FromContext(t.Context()).Add(letter("ann", "ann@x.example")), txn.ErrNoTxn)
		}, ""},
		{"repoze.sendmail", "a resource that joins twice commits once", func(t *testing.T, d deliverer) {
			s := &steps{}
			tx, p := txn.Begin(d), &part{s, "a"}
			require.NoError(t, tx.Join(p))
			require.NoError(t, tx.Join(p))
			add(t, tx, "ann")
			require.NoError(t, tx.Commit(t.Context()))
			require.Equal(t, "prepare a, commit a", s.String())
		}, "ann"},
		{"repoze.sendmail", "an abort is exactly one abort for each resource", func(t *testing.T, d deliverer) {
			s := &steps{}
			tx := txn.Begin(d)
			require.NoError(t, tx.Join(&part{s, "a"}))
			require.NoError(t, tx.Rollback())
			require.NoError(t, tx.Rollback())
			require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDone)
			require.Equal(t, "rollback a", s.String())
		}, ""},
		{"zope.sendmail", "who refuses in the vote stops the mail, and aborts once", func(t *testing.T, d deliverer) {
			s, refused := failing("prepare b")
			tx := txn.Begin(d)
			require.NoError(t, errors.Join(tx.Join(&part{s, "a"}), tx.Join(&part{s, "b"}), tx.Join(&part{s, "c"})))
			add(t, tx, "ann")
			require.ErrorIs(t, tx.Commit(t.Context()), refused)
			require.NoError(t, tx.Rollback(), "the deferred one")
			require.Equal(t, "prepare a, prepare b, rollback c, rollback b, rollback a", s.String())
		}, ""},
		{"transaction", "who joined after a savepoint goes with it, and may join again, once", func(t *testing.T, d deliverer) {
			s := &steps{}
			tx, p := txn.Begin(d), &part{s, "late"}
			sp := tx.Savepoint()
			add(t, tx, "ann")
			require.NoError(t, tx.Join(p))
			require.NoError(t, tx.RollbackTo(sp))
			add(t, tx, "bob")
			require.NoError(t, tx.Join(p))
			require.NoError(t, tx.Commit(t.Context()))
			require.Equal(t, "rollback late, prepare late, commit late", s.String())
		}, "bob"},
		{"pyramid_mailer", "mail for the queue and mail to be sent at once obey their own transactions", func(t *testing.T, d deliverer) {
			r := &relay{}
			require.NoError(t, txn.Run(t.Context(), d, func(ctx context.Context) error {
				add(t, txn.FromContext(ctx), "ann")
				return txn.Run(ctx, txn.Direct(r), func(ctx context.Context) error {
					return txn.FromContext(ctx).Add(letter("now", "now@x.example"))
				})
			}))
			require.Equal(t, []string{"now@x.example"}, r.sent)
		}, "ann"},
	} {
		for name, open := range deliverers(t) {
			t.Run(tt.source+": "+tt.rule+", "+name, func(t *testing.T) {
				d := open()
				tt.do(t, d)
				require.Equal(t, tt.want, d.left())
			})
		}
	}
}

// zope.sendmail swallows the errors of a mailer that breaks at the commit, for it comes
// after the vote. Here Direct sends before anybody commits, and what it could not send
// aborts; pyramid_mailer's send_immediately raises, and so does this.
func TestLessonBrokenMailer(t *testing.T) {
	s := &steps{}
	tx := txn.Begin(txn.Direct(&relay{says: map[string]host.Outcome{"ann@x.example": host.Unreachable}}))
	require.NoError(t, tx.Join(&part{s, "a"}))
	require.NoError(t, tx.Add(letter("ann", "ann@x.example")))
	var direct *txn.DirectError
	require.ErrorAs(t, tx.Commit(t.Context()), &direct)
	require.Empty(t, direct.Sent)
	require.Equal(t, "prepare a, rollback a", s.String())
}
