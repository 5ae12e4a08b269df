package txn

import (
	"context"
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// A TxCommitter is a [Committer] that can put mail into an SQL transaction of the
// application's own: a [queue.Queue] whose store is in the application's database.
type TxCommitter interface {
	Committer

	// CommitTx inserts the mails through tx, which the caller then commits.
	CommitTx(ctx context.Context, tx any, mails ...*queue.Mail) error

	// Signal wakes the mailer, when tx is committed.
	Signal()
}

// CommitWith commits the mail and sqlTx as one atomic fact. sqlTx is a
// *[database/sql.Tx], or a Tx of github.com/jackc/pgx that is not nested in another,
// on the database in which the Committer, a [TxCommitter], keeps its mail. The
// participants prepare, the mails are inserted through sqlTx, sqlTx is committed, with
// or without mail, the participants commit, and the mailer is signalled where there is
// mail in the lane Immediate.
//
// After an error both are rolled back, and no mail leaves, with these exceptions. An
// *[UnknownError] says that the answer to the commit of sqlTx was lost: it, and its
// mail, may be committed; the participants are rolled back. A *[PhantomError] says
// that both were committed and a participant was not. After ErrDone, and where sqlTx
// or the Committer is not one of those above, nothing was done; so sqlTx is to be
// rolled back by a defer, as ever.
//
// ctx counts until sqlTx begins to commit, which is then given 30 seconds where it
// takes a context. A *sql.Tx ends with the context that it was begun with.
func (tx *Txn) CommitWith(ctx context.Context, sqlTx any) error {
	c, t, err := tx.through(sqlTx)
	if err != nil {
		return err
	}
	// Its Rollback comes before the others', for they hang on it, and its Commit after
	// theirs.
	return tx.conclude(ctx, []Participant{t}, func(mails []*queue.Mail, became *state) error {
		if err := insert(ctx, c, sqlTx, mails); err != nil {
			return err
		}
		if hasImmediate(mails) {
			t.signal = c.Signal
		}
		return t.end(ctx, mails, became)
	})
}

// AddTo inserts the buffered mails through sqlTx, as CommitWith does, for an
// application that commits sqlTx by itself. The mail is committed or dropped with
// sqlTx, and the store signals the mailer as soon as it learns of it.
//
// The transaction then has no mail any more, and takes none: Add, Join and
// RollbackTo return an error that wraps ErrDone. Commit ends it without mail,
// CommitWith commits its SQL transaction without any, and Rollback leaves to sqlTx what
// was handed over. After Doom, Commit fails as ever, but
// does not reach the mail either: roll sqlTx back.
//
// After an error of the insertion the transaction is rolled back; roll sqlTx back
// too. A transaction with participants is refused, for they must prepare before
// sqlTx commits: use CommitWith.
func (tx *Txn) AddTo(ctx context.Context, sqlTx any) (err error) {
	c, _, err := tx.through(sqlTx)
	if err != nil {
		return err
	}
	held, err := tx.handOver()
	if err != nil {
		return err
	}
	became := rolledBack
	defer func() { tx.become(became) }() // also after a panic
	if held.doom != nil {
		return fmt.Errorf("%w: %w", ErrDoomed, held.doom)
	}
	if err := insert(ctx, c, sqlTx, held.mails); err != nil {
		return err
	}
	became = handed
	return nil
}

func (tx *Txn) handOver() (held content, err error) {
	err = tx.whileOpen(func() error {
		if len(tx.participants) > 0 {
			return fmt.Errorf("txn: AddTo cannot commit the %d participants of this transaction: use CommitWith", len(tx.participants))
		}
		held = tx.release(committing)
		return nil
	})
	return held, err
}

// through returns what CommitWith and AddTo need, or an error before anything is done.
func (tx *Txn) through(sqlTx any) (TxCommitter, *sqlEnd, error) {
	if tx == nil {
		return nil, nil, ErrNoTxn
	}
	c, ok := tx.committer.(TxCommitter)
	if !ok {
		return nil, nil, fmt.Errorf("txn: a %T cannot put mail into an SQL transaction: "+
			"begin with a queue.Queue whose store is in the application's database (queue/sqlite.New, queue/postgres)", tx.committer)
	}
	t, err := newSQLEnd(sqlTx)
	return c, t, err
}

func insert(ctx context.Context, c TxCommitter, sqlTx any, mails []*queue.Mail) error {
	if len(mails) == 0 {
		return nil
	}
	if err := c.CommitTx(ctx, sqlTx, mails...); err != nil {
		return fmt.Errorf("txn: the mail was not put into the SQL transaction: %w", err)
	}
	return nil
}

func hasImmediate(mails []*queue.Mail) bool {
	for _, m := range mails {
		if m.Lane == queue.Immediate && !m.Duplicate && !m.NotBefore.After(time.Now()) {
			return true
		}
	}
	return false
}
