package queue

import (
	"context"
	"fmt"
	"time"
)

// A TxStore is a [Store] that can insert mail through a transaction of the
// application's own. Package queue/storetest has its rules: TxSuite.
type TxStore interface {
	Store

	// InsertTx is as Insert, but inserts through tx, an SQL transaction on the
	// database of the store, which the caller then commits or rolls back: the mail is
	// queued, and identities and counters take note of it, with that commit. It
	// returns an error where tx is not such a transaction. After an error nothing of
	// the mails is in tx, or tx cannot commit any more.
	//
	// Until tx ends, others insert mail as ever, unless the database lets one
	// transaction write at a time. A store that is a [Signaller] wakes its own mailer,
	// too, when tx commits mail in the lane Immediate.
	InsertTx(ctx context.Context, tx any, mails []*Mail) error
}

// CommitTx is as Commit, but inserts the mails through an SQL transaction of the
// application's own on the database of the store, a [TxStore], which the caller then
// commits: mail and data are one fact. Rolled back, nothing was queued, and the same
// mails may be committed again. queue/sqlite takes a *[database/sql.Tx], queue/postgres
// that or a pgx.Tx.
//
// Call Signal after the commit, for mail in the lane Immediate; where nobody does, the
// stores of queue/sqlite and queue/postgres wake the mailer when tx is committed. Mail
// that is committed after Close is sent by the next process that opens the store.
//
// The mails stay the caller's until tx has ended, since it may be rolled back: CommitTx
// takes a mail again that was committed by it, and queues it once. Make a new Mail for
// another.
//
// Inside tx, do not call Commit, which waits for tx where the database lets one
// transaction write at a time, or where the mail has the Key of one in tx.
func (q *Queue) CommitTx(ctx context.Context, tx any, mails ...*Mail) error {
	if len(mails) == 0 {
		return nil
	}
	store, ok := q.store.(TxStore)
	if !ok {
		return fmt.Errorf("queue: a %T cannot insert mail through an SQL transaction: "+
			"open the queue on a store in the application's database (queue/sqlite.New, queue/postgres), or use Commit", q.store)
	}
	ctx, end, err := q.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	if err := q.prepare(mails, time.Now()); err != nil {
		return err
	}
	if err := store.InsertTx(ctx, tx, mails); err != nil {
		return fmt.Errorf("queue: insert %d mails through an SQL transaction: %w", len(mails), err)
	}
	return nil
}
