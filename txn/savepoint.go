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
	number       uint64
	mails        int
	participants int
	load         load
	doom         error
}

// Savepoint marks this moment. Savepoints nest. They need no release, and keep some
// memory until the transaction ends only where something was added since the one
// before.
func (tx *Txn) Savepoint() Savepoint {
	if tx == nil {
		return Savepoint{}
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if n := len(tx.marks); n > 0 && tx.unchangedSince(tx.marks[n-1]) {
		return Savepoint{tx, tx.marks[n-1].number}
	}
	tx.marked++
	if tx.state == open {
		tx.marks = append(tx.marks, mark{tx.marked, len(tx.mails), len(tx.participants), tx.load, tx.doom})
	}
	return Savepoint{tx, tx.marked}
}

// unchangedSince tells whether the transaction holds what it held at its last mark.
// Between two of them nothing is replaced: what is rolled back takes its mark along.
func (tx *Txn) unchangedSince(last mark) bool {
	return last.mails == len(tx.mails) && last.participants == len(tx.participants) &&
		(last.doom == nil) == (tx.doom == nil)
}

// RollbackTo drops the mail that was added since the savepoint, rolls back the
// participants that joined since, which take no further part, and takes back a
// Doom that came after it. What a participant did that had joined before stays.
//
// The savepoint can be rolled back to again; those taken after it cannot, but where
// nothing had been added in between, which makes them the same. RollbackTo returns
// ErrDone when the transaction has ended, an error for a savepoint that is not this
// transaction's or was rolled past, and those of the participants' Rollbacks, after
// which it has taken place nevertheless.
func (tx *Txn) RollbackTo(sp Savepoint) error {
	var gone []Participant
	err := tx.whileOpen(func() error {
		i, found := slices.BinarySearchFunc(tx.marks, sp.number, func(m mark, n uint64) int {
			return cmp.Compare(m.number, n)
		})
		if sp.tx != tx || !found {
			return errSavepoint
		}
		gone = tx.backTo(tx.marks[i])
		tx.marks = tx.marks[:i+1]
		return nil
	})
	if err != nil {
		return err
	}
	return rollBack(gone)
}

// backTo returns the participants that are to be rolled back, when nothing is
// locked.
func (tx *Txn) backTo(m mark) []Participant {
	clear(tx.mails[m.mails:])
	gone := slices.Clone(tx.participants[m.participants:])
	clear(tx.participants[m.participants:])
	tx.content = content{tx.mails[:m.mails], tx.participants[:m.participants], m.load, m.doom}
	return gone
}
