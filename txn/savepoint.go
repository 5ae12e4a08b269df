package txn

import (
	"cmp"
	"errors"
	"slices"
)

var errSavepoint = errors.New("txn: no such savepoint: " +
	"it belongs to another transaction, or was taken after one that was rolled back to")

// A Savepoint is a moment in a transaction to which it can be rolled back.
type Savepoint struct {
	tx     *Txn
	number uint64
}

// A mark is what a transaction held at a savepoint.
type mark struct {
	number uint64
	mails  int
	doom   error
}

// Savepoint marks this moment. Savepoints nest, and cost a few bytes each until
// the transaction ends.
func (tx *Txn) Savepoint() Savepoint {
	if tx == nil {
		return Savepoint{}
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.marked++
	if tx.state == open {
		tx.marks = append(tx.marks, mark{tx.marked, len(tx.mails), tx.doom})
	}
	return Savepoint{tx, tx.marked}
}

// RollbackTo drops the mail that was added since the savepoint, and takes back
// a Doom that came after it. The savepoint can be rolled back to again; those
// taken after it cannot. It returns ErrDone when the transaction has ended, and
// an error for a savepoint that is not this transaction's or was rolled past.
func (tx *Txn) RollbackTo(sp Savepoint) error {
	return tx.whileOpen(func() error {
		i, found := slices.BinarySearchFunc(tx.marks, sp.number, func(m mark, n uint64) int {
			return cmp.Compare(m.number, n)
		})
		if sp.tx != tx || !found {
			return errSavepoint
		}
		m := tx.marks[i]
		clear(tx.mails[m.mails:])
		tx.mails, tx.marks, tx.doom = tx.mails[:m.mails], tx.marks[:i+1], m.doom
		return nil
	})
}
