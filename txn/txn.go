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
		"serve the request through txn.Handler, or use txn.Run, or txn.Begin and txn.NewContext")

	// ErrDone is returned for a transaction that was committed or rolled back.
	ErrDone = errors.New("txn: the transaction was already committed or rolled back")

	// ErrDoomed is wrapped by what Commit returns after Doom.
	ErrDoomed = errors.New("txn: the transaction cannot commit, and was rolled back")

	errAddDone = fmt.Errorf("%w: add mail before that (a page that streams, before its first Flush), "+
		"or in a transaction of its own (txn.Run)", ErrDone)
	errHanded = fmt.Errorf("%w: AddTo has handed its mail to an SQL transaction: add mail before that, "+
		"or in a transaction of its own (txn.Run)", ErrDone)
	errNoCommitter = errors.New("txn: Begin was given no Committer: give it a queue.Queue")
)

// A Committer takes mail durably: all of it, or none and an error. A
// [queue.Queue] is one.
type Committer interface {
	Commit(ctx context.Context, mails ...*queue.Mail) error
}

// A Txn is the mail of one transaction. It is safe for concurrent use.
type Txn struct {
	committer Committer
	most      load

	mu      sync.Mutex
	state   state
	content        // what it holds while it is open
	marks   []mark // the savepoints that can be rolled back to, oldest first
	marked  uint64 // how many savepoints there have been
}

// A content is what a transaction commits or drops.
type content struct {
	mails        []*queue.Mail
	participants []Participant
	load         load
	doom         error
}

type state uint8

const (
	open       state = iota // doomed too, where doom is set
	handed                  // the mail is in an SQL transaction that somebody else commits
	committing              // the participants, the Committer or the SQL transaction are at work
	committed
	rolledBack
	inDoubt // mail may have left, although Commit failed
)

// Begin is Config.Begin with the zero Config.
func Begin(c Committer) *Txn { return Config{}.Begin(c) }

// Begin returns an open transaction whose mail will go to c. It holds as much as
// the Config allows.
func (cfg Config) Begin(c Committer) *Txn { return &Txn{committer: c, most: cfg.limits()} }

// Add buffers mails until Commit, all of them or, after an error, none. It keeps
// the pointers: do not change a mail afterwards. It returns ErrDone, wrapped, when
// the transaction has ended, and a *[LimitError] where it would hold too much.
func (tx *Txn) Add(mails ...*queue.Mail) error {
	err := tx.whileOpen(func() error { return tx.add(mails) })
	if err == ErrDone {
		return errAddDone
	}
	return err
}

func (tx *Txn) add(mails []*queue.Mail) error {
	if tx.committer == nil {
		return errNoCommitter
	}
	for i, m := range mails {
		if m == nil {
			return fmt.Errorf("txn: mail %d of %d is nil", i+1, len(mails))
		}
	}
	sum := tx.load.plus(mails)
	if err := sum.within(tx.most); err != nil {
		return err
	}
	tx.mails, tx.load = append(tx.mails, mails...), sum
	return nil
}

// whileOpen calls do while nobody else changes the transaction.
func (tx *Txn) whileOpen(do func() error) error {
	if tx == nil {
		return ErrNoTxn
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	switch tx.state {
	case open:
		return do()
	case handed:
		return errHanded
	}
	return ErrDone
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
	if len(participants) == 0 {
		return nil
	}
	return commit(context.WithoutCancel(ctx), participants)
}

// end closes the transaction to everybody else and returns what it held.
func (tx *Txn) end() (content, error) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.state > handed {
		return content{}, ErrDone
	}
	return tx.release(committing), nil
}

// release returns what the transaction holds, and leaves it with nothing.
func (tx *Txn) release(s state) content {
	held := tx.content
	tx.state, tx.content, tx.marks = s, content{}, nil
	return held
}

func (tx *Txn) become(s state) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.state = s
}

// Rollback drops the buffered mail and rolls back the participants, the last one
// to join first; its error is theirs. After a Commit it does nothing but return
// ErrDone, as that of [database/sql.Tx] does, also while the Commit is at work and where
// it has failed in such a way that mail may have left. So it may be deferred, and
// nil means that no mail leaves. Called again, it does nothing and returns nil.
func (tx *Txn) Rollback() error {
	if tx == nil {
		return ErrNoTxn
	}
	participants, err := tx.drop()
	if err != nil {
		return err
	}
	return rollBack(participants)
}

func (tx *Txn) drop() ([]Participant, error) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.state > handed && tx.state != rolledBack {
		return nil, ErrDone
	}
	return tx.release(rolledBack).participants, nil
}

// doomed returns the error given to Doom, nil where there was none.
func (tx *Txn) doomed() error {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	return tx.doom
}

// idle tells whether a Commit would have nothing to do but to end the transaction.
func (tx *Txn) idle() bool {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	return len(tx.mails)+len(tx.participants) == 0
}

// done tells whether somebody has committed the transaction or rolled it back.
func (tx *Txn) done() bool {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	return tx.state > handed
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
