package txn

import (
	"context"
	"errors"
)

// Run is Config.Run with the zero Config.
func Run(ctx context.Context, c Committer, fn func(ctx context.Context) error) error {
	return Config{}.Run(ctx, c, fn)
}

// Run calls fn with a context that carries a transaction of its own: what Handler
// is for requests, Run is for workers and commands. It commits where fn returns nil,
// and rolls back where fn returns an error or panics; the error is fn's, or that of
// the commit. A Commit, CommitWith or Rollback that fn made itself is left as it is.
//
// Within a Run, or a request, Run is independent of the transaction outside: its
// mail leaves although that one may yet be rolled back.
func (cfg Config) Run(ctx context.Context, c Committer, fn func(ctx context.Context) error) error {
	tx := cfg.Begin(c)
	defer tx.Rollback()
	if err := fn(NewContext(ctx, tx)); err != nil {
		return alongside(err, tx.undo())
	}
	if tx.done() {
		return nil
	}
	return tx.Commit(ctx)
}

// undo rolls back what has not ended.
func (tx *Txn) undo() error {
	if err := tx.Rollback(); !errors.Is(err, ErrDone) {
		return err
	}
	return nil
}
