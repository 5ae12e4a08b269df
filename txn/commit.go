package txn

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-mailhost/mailhost/queue"
)

// Commit has the participants prepare, hands the buffered mail to the Committer,
// which is not called where there is none, and has the participants commit.
//
// After an error the transaction is rolled back, and no mail leaves: after Doom
// the error wraps ErrDoomed and the cause, after a participant or the Committer
// failed it wraps theirs. There are exceptions. ErrDone says that the transaction
// had ended before, and nothing was done; a *[PhantomError] that the mail was
// committed and a participant was not; an *[UnknownError] that the store's answer was
// lost, and the mail may be committed; a *[DirectError] what had left already.
//
// ctx counts until the mail is committed; what follows is carried through.
func (tx *Txn) Commit(ctx context.Context) error {
	if tx == nil {
		return ErrNoTxn
	}
	return tx.conclude(ctx, nil, func(mails []*queue.Mail, became *state) error {
		if len(mails) == 0 {
			return nil
		}
		err := tx.committer.Commit(ctx, mails...)
		if err == nil {
			return nil
		}
		if errors.Is(err, queue.ErrUnknown) {
			*became = inDoubt
			return &UnknownError{idsOf(mails), err}
		}
		var direct *DirectError
		if errors.As(err, &direct) && direct.left() {
			*became = inDoubt
		}
		return fmt.Errorf("txn: the mail was not committed: %w", err)
	})
}

// conclude ends the transaction: the participants prepare, those of the caller
// last, hand commits the mail, the participants commit. hand may set what becomes
// of the transaction where it fails.
func (tx *Txn) conclude(ctx context.Context, callers []Participant, hand func([]*queue.Mail, *state) error) (err error) {
	held, err := tx.end()
	if err != nil {
		return err
	}
	participants := append(held.participants, callers...)
	became := rolledBack
	// Deferred, so that it is rolled back after a panic too, which goes on upwards
	// with its own stack.
	defer func() {
		tx.become(became)
		if became != committed {
			err = alongside(err, rollBack(participants))
		}
	}()
	if held.doom != nil {
		return fmt.Errorf("%w: %w", ErrDoomed, held.doom)
	}
	if err := prepare(ctx, participants); err != nil {
		return err
	}
	if err := hand(held.mails, &became); err != nil {
		return err
	}
	became = committed
	return commit(context.WithoutCancel(ctx), participants)
}

// alongside returns err, and what else went wrong where something did.
func alongside(err, also error) error {
	switch {
	case also == nil:
		return err
	case err == nil:
		return also
	}
	return fmt.Errorf("%w; and %w", err, also)
}
