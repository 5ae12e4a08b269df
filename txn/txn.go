package txn

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/go-mailhost/mailhost/queue"
)

var (
	// ErrNoTxn is returned by the methods of a nil *Txn.
	ErrNoTxn = errors.New("txn: no transaction in this context: " +
		"serve the request through txn.Handler, or use txn.Begin and txn.NewContext")

	// ErrDone is returned for a transaction that was committed or rolled back.
	ErrDone = errors.New("txn: the transaction was already committed or rolled back")

	// ErrDoomed is wrapped by what Commit returns after Doom.
	ErrDoomed = errors.New("txn: the transaction cannot commit, and was rolled back")
)

// A Committer takes mail durably: all of it, or none and an error. A
// [queue.Queue] is one.
type Committer interface {
	Commit(ctx context.Context, mails ...*queue.Mail) error
}

// A Txn is the mail of one transaction. It is safe for concurrent use.
type Txn struct {
	committer Committer

	mu     sync.Mutex
	state  state
	mails  []*queue.Mail
	doom   error
	marks  []mark // the savepoints that can be rolled back to, oldest first
	marked uint64 // how many savepoints there have been
}

type state uint8

const (
	open       state = iota // doomed too, where doom is set
	committing              // the Committer is at work
	committed
	rolledBack
)

// Begin returns an open transaction whose mail will go to c.
func Begin(c Committer) *Txn { return &Txn{committer: c} }

// Add buffers mails until Commit. It keeps the pointers: do not change a mail
// afterwards. It returns ErrDone when the transaction has ended.
func (tx *Txn) Add(mails ...*queue.Mail) error {
	return tx.whileOpen(func() error {
		tx.mails = append(tx.mails, mails...)
		return nil
	})
}

// whileOpen calls do while nobody else changes the transaction.
func (tx *Txn) whileOpen(do func() error) error {
	if tx == nil {
		return ErrNoTxn
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.state != open {
		return ErrDone
	}
	return do()
}

// Doom makes sure that the transaction does not commit; a page that failed
// calls it. Commit will return the first err given. [Txn.RollbackTo] a savepoint
// that was taken before takes it back.
func (tx *Txn) Doom(err error) {
	if tx == nil {
		return
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if err == nil {
		err = errors.New("no reason was given")
	}
	if tx.doom == nil {
		tx.doom = err
	}
}

// Commit hands the buffered mail to the Committer, which is not called where
// there is none. After an error the transaction is rolled back: one that wraps
// ErrDoomed and the cause after Doom, ErrDone where the transaction had ended,
// or one that wraps the Committer's.
func (tx *Txn) Commit(ctx context.Context) error {
	if tx == nil {
		return ErrNoTxn
	}
	mails, err := tx.end()
	if err != nil {
		return err
	}
	// Deferred, so that a Committer that panics leaves it rolled back.
	became := rolledBack
	defer func() { tx.become(became) }()
	if len(mails) > 0 {
		if err := tx.committer.Commit(ctx, mails...); err != nil {
			return fmt.Errorf("txn: the mail was not committed: %w", err)
		}
	}
	became = committed
	return nil
}

// end closes the transaction to everybody else and returns what it held.
func (tx *Txn) end() ([]*queue.Mail, error) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.state != open {
		return nil, ErrDone
	}
	mails := tx.mails
	tx.state, tx.mails, tx.marks = committing, nil, nil
	if tx.doom != nil {
		tx.state = rolledBack
		return nil, fmt.Errorf("%w: %w", ErrDoomed, tx.doom)
	}
	return mails, nil
}

func (tx *Txn) become(s state) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.state = s
}

// Rollback drops the buffered mail. It may be deferred: after a Commit that
// succeeded, or while one is at work, it does nothing but return ErrDone, and it may be called twice.
func (tx *Txn) Rollback() error {
	if tx == nil {
		return ErrNoTxn
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.state == committing || tx.state == committed {
		return ErrDone
	}
	tx.state, tx.mails, tx.marks = rolledBack, nil, nil
	return nil
}

// doomed returns the error given to Doom, nil where there was none.
func (tx *Txn) doomed() error {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	return tx.doom
}

func (tx *Txn) done() bool {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	return tx.state != open
}
