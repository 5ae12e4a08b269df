package txn

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// A Participant is committed with a transaction's mail, or rolled back with it: a
// file that is to appear, a payment that was reserved, a prepared transaction of
// another database. It ends once, by Commit or by Rollback.
type Participant interface {
	// Prepare does all that can fail, durably. When it has returned nil, Commit
	// must be able to succeed, in spite of a crash in between. After an error, or
	// another's, comes Rollback.
	Prepare(ctx context.Context) error

	// Commit makes it final. The mail is committed by then and leaves, whatever
	// Commit returns: a participant that cannot commit makes the mail a phantom,
	// which tells of what never happened. ctx does not end.
	Commit(ctx context.Context) error

	// Rollback undoes all, prepared or not.
	Rollback() error
}

// maxParticipants of one transaction.
const maxParticipants = 1000

// Join makes p part of the transaction, which from now on ends p: p belongs to no
// other. Joining again changes nothing. It returns ErrDone when the transaction has
// ended, and an error for more than 1,000 participants and for one that is no
// pointer and cannot be compared.
//
// A *[database/sql.Tx] is no participant: it has no Prepare, and its Commit can fail when
// the mail has long left. It is what [Txn.CommitWith] is for.
func (tx *Txn) Join(p Participant) error {
	switch {
	case p == nil:
		return errors.New("txn: the participant is nil")
	case !reflect.ValueOf(p).Comparable():
		return fmt.Errorf("txn: a %T cannot be told from others: join a pointer to it", p)
	}
	return tx.whileOpen(func() error { return tx.join(p) })
}

func (tx *Txn) join(p Participant) error {
	for _, known := range tx.participants {
		if known == p {
			return nil
		}
	}
	if len(tx.participants) >= maxParticipants {
		return fmt.Errorf("txn: the transaction has %d participants already: make one that stands for several", maxParticipants)
	}
	tx.participants = append(tx.participants, p)
	return nil
}

// prepare has the participants prepare in the order in which they joined.
func prepare(ctx context.Context, participants []Participant) error {
	for _, p := range participants {
		if err := p.Prepare(ctx); err != nil {
			return fmt.Errorf("txn: rolled back, for the participant %T could not prepare: %w", p, err)
		}
	}
	return nil
}

// commit commits the participants in the order in which they joined, all of them,
// whatever becomes of one.
func commit(ctx context.Context, participants []Participant) error {
	var phantoms []Phantom
	commitEach(ctx, participants, func(p Participant, err error) { phantoms = append(phantoms, Phantom{p, err}) })
	if phantoms == nil {
		return nil
	}
	return &PhantomError{phantoms}
}

func commitEach(ctx context.Context, participants []Participant, failed func(Participant, error)) {
	if len(participants) == 0 {
		return
	}
	defer commitEach(ctx, participants[1:], failed) // also where this one panics
	if err := participants[0].Commit(ctx); err != nil {
		failed(participants[0], err)
	}
}

// rollBack rolls the participants back, the last one to join first, all of them,
// whatever becomes of one.
func rollBack(participants []Participant) error {
	var errs []error
	rollBackEach(participants, func(p Participant, err error) {
		errs = append(errs, fmt.Errorf("txn: the participant %T could not roll back: %w", p, err))
	})
	return errors.Join(errs...)
}

func rollBackEach(participants []Participant, failed func(Participant, error)) {
	if len(participants) == 0 {
		return
	}
	others, last := participants[:len(participants)-1], participants[len(participants)-1]
	defer rollBackEach(others, failed) // also where this one panics
	if err := last.Rollback(); err != nil {
		failed(last, err)
	}
}

// A PhantomError is returned by a Commit that committed the mail, and after it could
// not commit each participant. The mail leaves, and tells of something that did not
// happen: an operator must see to it. The transaction counts as committed.
type PhantomError struct {
	Phantoms []Phantom // in the order in which they joined
}

// A Phantom is a participant that prepared and then could not commit.
type Phantom struct {
	Participant Participant
	Err         error
}

// Error lists the participants.
func (e *PhantomError) Error() string {
	var b strings.Builder
	b.WriteString("txn: the mail was committed and leaves, but not what it tells of:")
	for i, p := range e.Phantoms {
		if i > 0 {
			b.WriteString(";")
		}
		fmt.Fprintf(&b, " the participant %T did not commit: %v", p.Participant, p.Err)
	}
	return b.String()
}

// Unwrap returns the participants' errors.
func (e *PhantomError) Unwrap() []error {
	errs := make([]error, len(e.Phantoms))
	for i, p := range e.Phantoms {
		errs[i] = p.Err
	}
	return errs
}
