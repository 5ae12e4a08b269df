package txn

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Retry calls fn up to n times, as long as it fails because its SQL transaction ran
// into another: PostgreSQL's serialization failure (an error in the chain with
// SQLState() string, 40001) and deadlock (40P01), and SQLite's SQLITE_BUSY (Code()
// int, 5 and its extended codes). Other errors are returned at once. It waits in
// between, at random up to 20 ms, doubling to a second, until ctx ends.
//
// No mail goes twice: each call has an empty transaction of its own in its context.
// What the call leaves in it goes, after success, to the transaction of ctx, which
// commits it; after a failure it is rolled back. Where fn ends it itself, by
// CommitWith as it should, or by Commit, and that has succeeded or may have, fn is
// not called again, whatever it returns. Nor is it after AddTo, for Retry cannot know
// what became of that SQL transaction.
//
// What was added to the transaction of ctx before stays there, and is committed with it
// and not by fn's CommitWith. Without a transaction in ctx, fn is called with ctx as
// it is, and uses Run.
func Retry(ctx context.Context, n int, fn func(ctx context.Context) error) error {
	if n < 1 {
		return fmt.Errorf("txn: Retry was told to try %d times: use at least 1", n)
	}
	for attempt := 1; ; attempt++ {
		again, err := try(ctx, fn)
		if err == nil || !again {
			return err
		}
		if attempt == n {
			return fmt.Errorf("txn: gave up after %d attempts: %w", attempt, err)
		}
		if ended := backOff(ctx, attempt); ended != nil {
			return fmt.Errorf("txn: gave up after %d attempts: %w: %w", attempt, ended, err)
		}
	}
}

// try calls fn once and tells whether it may be called again.
func try(ctx context.Context, fn func(ctx context.Context) error) (again bool, err error) {
	outer := FromContext(ctx)
	if outer == nil {
		err := fn(ctx)
		return isCollision(err), err
	}
	tx := &Txn{committer: outer.committer, most: outer.most}
	defer tx.Rollback()
	if err := fn(NewContext(ctx, tx)); err != nil {
		again := isCollision(err) && tx.leftNothing()
		return again, alongside(err, tx.undo())
	}
	return false, outer.take(tx)
}

// leftNothing tells whether no mail of the transaction can have been committed.
func (tx *Txn) leftNothing() bool {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	return tx.state == open || tx.state == rolledBack
}

// take ends inner and makes what it held part of tx.
func (tx *Txn) take(inner *Txn) error {
	held, err := inner.end()
	if err != nil {
		return nil // whoever has ended it took what it held
	}
	inner.become(committed)
	if held.doom != nil {
		tx.Doom(held.doom)
	}
	before := tx.Savepoint()
	err = tx.Add(held.mails...)
	for i, p := range held.participants {
		if err == nil {
			err = tx.Join(p)
		}
		if err != nil {
			return alongside(err, errors.Join(rollBack(held.participants[i:]), tx.RollbackTo(before)))
		}
	}
	return err
}

// isCollision tells whether an error says that an SQL transaction was rolled back
// because of another, and that it may be tried again.
func isCollision(err error) bool {
	var unknown *UnknownError
	var phantom *PhantomError
	var direct *DirectError
	if errors.As(err, &unknown) || errors.As(err, &phantom) || errors.As(err, &direct) {
		return false
	}
	var answer interface{ SQLState() string }
	if errors.As(err, &answer) {
		return answer.SQLState() == "40001" || answer.SQLState() == "40P01"
	}
	var result interface {
		error
		Code() int
	}
	// Others have codes too.
	return errors.As(err, &result) && result.Code()&0xff == sqliteBusy && strings.Contains(result.Error(), "SQLITE_BUSY")
}

// backOff waits before another attempt. It returns why ctx has ended.
func backOff(ctx context.Context, attempt int) error {
	most := min(time.Second, 10*time.Millisecond<<min(attempt, 10))
	timer := time.NewTimer(rand.N(most))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
