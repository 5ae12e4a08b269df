package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// InsertTx stores mails by tx, which is a *[sql.Tx] of any handle on the store's
// database, such as the one that New was given: see [queue.TxStore] and
// [queue.Queue.CommitTx].
//
//	tx, err := db.BeginTx(ctx, nil)
//	…
//	_, err = tx.ExecContext(ctx, "INSERT INTO orders …")
//	err = q.CommitTx(ctx, tx, mail)
//	err = tx.Commit()
//
// The handle is set as New wants it. A transaction is refused whose main database is
// another file, into which ours may be attached: in WAL mode, what is written to two
// files is not one fact after a loss of power. So is one that is not synced.
//
// From then until its end tx keeps all others from writing, the store too. A mailer on
// the store that is woken by InsertTx waits for that, for 30 seconds at most.
func (s *Store) InsertTx(ctx context.Context, tx any, mails []*queue.Mail) error {
	for _, m := range mails {
		if err := m.Storable(); err != nil {
			return err
		}
	}
	if len(mails) == 0 {
		return nil
	}
	theirs, ok := tx.(*sql.Tx)
	if !ok || theirs == nil {
		return fmt.Errorf("queue/sqlite: a %T is no transaction of SQLite: give a *sql.Tx that is open", tx)
	}
	if err := s.insertTx(ctx, theirs, mails); err != nil {
		return fmt.Errorf("queue/sqlite: %w", err)
	}
	s.wake(mails)
	return nil
}

func (s *Store) insertTx(ctx context.Context, tx *sql.Tx, mails []*queue.Mail) error {
	select {
	case <-s.closing:
		return errors.New("the store is closed")
	default:
	}
	if err := s.checkTx(ctx, tx); err != nil {
		return err
	}
	w := newWriter(tx)
	defer w.close()
	duplicates := make([]bool, len(mails))
	failed, lost := w.alone(func(w *writer) error {
		if err := w.insertAll(mails, duplicates); err != nil {
			return err
		}
		return errors.Join(w.writeCounters(), ctx.Err())
	})
	if err := errors.Join(failed, lost); err != nil {
		return err
	}
	setDuplicates(mails, duplicates)
	return nil
}

// checkTx checks that a transaction is one on our database, which is as durable as ours.
func (s *Store) checkTx(ctx context.Context, tx *sql.Tx) error {
	if err := s.file.check(); err != nil {
		return err
	}
	var file string
	var synchronous int
	err := tx.QueryRowContext(ctx, `SELECT d.file, s.synchronous FROM pragma_database_list d, pragma_synchronous s
		WHERE d.name = 'main'`).Scan(&file, &synchronous)
	switch {
	case errors.Is(err, sql.ErrTxDone) || ctx.Err() != nil:
		return err
	case err != nil:
		return fmt.Errorf("the transaction is not SQLite's: begin it on the database at %s: %w", s.path, err)
	case !sameFile(file, s.path):
		return fmt.Errorf("the transaction is on the database %q: begin it on that of the store, at %s", file, s.path)
	case synchronous < 2: // FULL
		return errors.New("the transaction could be undone by a loss of power: open its handle with _pragma=synchronous(FULL)")
	}
	return nil
}

// Signals makes the store a [queue.Signaller]: the channel, of capacity 1, gets a value
// when InsertTx has put mail in the lane Immediate into a transaction. It comes before
// that has ended, and a Claim then waits until it has. Other processes are not heard.
func (s *Store) Signals() <-chan struct{} { return s.heard }

func (s *Store) wake(mails []*queue.Mail) {
	for _, m := range mails {
		if m.Lane == queue.Immediate && !m.Duplicate && !m.NotBefore.After(time.Now()) {
			select {
			case s.heard <- struct{}{}:
			default:
			}
			return
		}
	}
}
