package txn

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// sqlTimeout is for the end of an SQL transaction that takes a context.
const sqlTimeout = 30 * time.Second

// A sqlEnd ends an SQL transaction. As a Participant it is rolled back with the others;
// its commit is what they wait for, and what follows is the signal.
type sqlEnd struct {
	commit, rollback func(context.Context) error
	signal           func() // nil: there is nothing to tell the mailer
	ended            bool
}

// newSQLEnd knows SQL transactions by their methods, so that no driver is imported.
func newSQLEnd(sqlTx any) (*sqlEnd, error) {
	if v := reflect.ValueOf(sqlTx); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, errors.New("txn: the SQL transaction is nil: give what BeginTx returned")
	}
	switch t := sqlTx.(type) {
	case interface { // *sql.Tx
		Commit() error
		Rollback() error
	}:
		return &sqlEnd{
			commit:   func(context.Context) error { return t.Commit() },
			rollback: func(context.Context) error { return t.Rollback() },
		}, nil
	case interface { // pgx.Tx
		Commit(context.Context) error
		Rollback(context.Context) error
	}:
		return &sqlEnd{commit: t.Commit, rollback: t.Rollback}, nil
	}
	return nil, fmt.Errorf("txn: a %T is no SQL transaction: give a *sql.Tx, or a pgx.Tx", sqlTx)
}

// end commits, and sets what the mails' transaction became where that fails.
func (t *sqlEnd) end(ctx context.Context, mails []*queue.Mail, became *state) error {
	if ctx.Err() != nil {
		return fmt.Errorf("txn: the SQL transaction was not committed: %w", context.Cause(ctx))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sqlTimeout)
	defer cancel()
	*became = inDoubt // if it panics
	err := t.commit(ctx)
	if err == nil {
		return nil
	}
	// A Rollback that finds something to roll back tells that nothing was committed: so
	// it is with a *sql.Tx that looked at its context and did not ask the database.
	if t.rollBack() == nil || certainlyRolledBack(err) {
		*became = rolledBack
		return fmt.Errorf("txn: the SQL transaction was not committed, nor the mail: %w", err)
	}
	return &UnknownError{idsOf(mails), err}
}

func (t *sqlEnd) rollBack() error {
	ctx, cancel := context.WithTimeout(context.Background(), sqlTimeout)
	defer cancel()
	t.ended = true
	return t.rollback(ctx)
}

func (*sqlEnd) Prepare(context.Context) error { return nil }

func (t *sqlEnd) Commit(context.Context) error {
	if t.signal != nil {
		t.signal()
	}
	return nil
}

// Rollback tells nobody what went wrong: without a COMMIT the database drops the
// transaction, and after one that failed there is nothing left to roll back.
func (t *sqlEnd) Rollback() error {
	if !t.ended {
		_ = t.rollBack()
	}
	return nil
}

func idsOf(mails []*queue.Mail) []string {
	var ids []string
	for _, m := range mails {
		ids = append(ids, m.ID)
	}
	return ids
}
