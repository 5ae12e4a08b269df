package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// A request is one call's work, done by the writer inside a transaction that
// it shares with others.
type request struct {
	ctx  context.Context       // counts until the request has joined a transaction
	do   func(w *writer) error // may be called twice: the first time was rolled back
	done chan error            // of capacity 1
}

// write has the writer do something and returns when it is durable.
func (s *Store) write(ctx context.Context, do func(w *writer) error) error {
	r := &request{ctx, do, make(chan error, 1)}
	select {
	case s.requests <- r:
	case <-ctx.Done():
		return fmt.Errorf("queue/sqlite: %w", ctx.Err())
	case <-s.closing:
		return errClosed
	}
	if err := <-r.done; err != nil {
		return fmt.Errorf("queue/sqlite: %w", err)
	}
	return nil
}

// background is the context of what a writer runs: a transaction that was begun
// is carried through.
var background = context.Background()

// A writer is the one user of the connection that writes, or of a transaction of the
// application's.
type writer struct {
	conn       connection
	statements map[string]*sql.Stmt // by their text
	routes     map[string]bool      // some that are stored
	file       watchedFiles
	counters   // of the transaction
}

// A connection is one of the store's, or a transaction of the application's.
type connection interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	querier
	rowQuerier
}

func newWriter(conn connection) *writer {
	return &writer{conn: conn, statements: map[string]*sql.Stmt{}, routes: map[string]bool{}}
}

// maxGroup bounds how many requests share a transaction.
const maxGroup = 256

// close closes the statements, and leaves the connection open.
func (w *writer) close() error {
	var errs []error
	for _, statement := range w.statements {
		errs = append(errs, statement.Close())
	}
	return errors.Join(errs...)
}

// run serves requests, group by group, until closing is closed.
func (w *writer) run(requests <-chan *request, closing <-chan struct{}) {
	for {
		select {
		case first := <-requests:
			w.serve(first, requests)
		case <-closing:
			return
		}
	}
}

// serve carries out the first request and those that wait behind it. They wait
// in the channel, each with its own context, until the transaction has begun.
func (w *writer) serve(first *request, requests <-chan *request) {
	err := w.file.check()
	if err == nil {
		err = w.begin(first.ctx)
	}
	if err != nil {
		first.done <- err
		return
	}
	group := []*request{first}
	for more := true; more && len(group) < maxGroup; {
		select {
		case r := <-requests:
			group = append(group, r)
		default:
			more = false
		}
	}
	for i, err := range w.carry(group) {
		group[i].done <- err
	}
}

func (w *writer) begin(ctx context.Context) error {
	if _, err := w.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		w.rollback() // it may have begun as ctx ended
		return err
	}
	return nil
}

// rollback ends a transaction that cannot be committed, and forgets what it
// knew by it. It fails only where SQLite has ended it already.
func (w *writer) rollback() {
	w.exec("ROLLBACK")
	w.counters = counters{}
	clear(w.routes)
}

// carry does the work of a group in the transaction that was begun, commits it,
// and returns the error of each.
func (w *writer) carry(group []*request) []error {
	errs := make([]error, len(group))
	err := w.together(group, errs)
	if err != nil {
		w.rollback()
		for i := range errs {
			errs[i] = errors.Join(errs[i], err)
		}
	}
	w.counters = counters{}
	return errs
}

// together does the work of a group and commits it. It puts down the errors of
// single requests, and returns one where the transaction is lost.
//
// Requests hardly ever fail. So they are carried out without savepoints first,
// for which SQLite would copy each page that a request changes.
func (w *writer) together(group []*request, errs []error) error {
	if w.plainly(group, errs) {
		return w.commit()
	}
	w.rollback()
	if len(group) == 1 {
		return nil
	}
	clear(errs)
	if err := w.begin(background); err != nil {
		return err
	}
	for i, r := range group {
		if errs[i] = r.ctx.Err(); errs[i] != nil {
			continue
		}
		var lost error
		if errs[i], lost = w.alone(r.do); lost != nil {
			return lost
		}
	}
	return w.commit()
}

// plainly tells whether all went well.
func (w *writer) plainly(group []*request, errs []error) bool {
	for i, r := range group {
		if errs[i] = r.ctx.Err(); errs[i] != nil {
			continue
		}
		if errs[i] = r.do(w); errs[i] != nil {
			return false
		}
	}
	return true
}

func (w *writer) commit() error {
	if err := w.writeCounters(); err != nil {
		return err
	}
	_, err := w.exec("COMMIT")
	return err
}

// alone does one request's work, so that it leaves nothing behind where it
// failed. It returns a second error where the transaction is lost.
func (w *writer) alone(do func(w *writer) error) (failed, lost error) {
	if _, err := w.exec("SAVEPOINT request"); err != nil {
		return nil, err
	}
	before := w.counters
	if failed = do(w); failed != nil {
		w.counters = before
		clear(w.routes)
		// After an error such as a full disk SQLite may have rolled all back.
		if _, err := w.exec("ROLLBACK TO request"); err != nil {
			return failed, err
		}
	}
	_, lost = w.exec("RELEASE request")
	return failed, lost
}

// prepared returns the statement with this text. Texts are constants, so there
// are as many as the package has.
func (w *writer) prepared(query string) (*sql.Stmt, error) {
	if statement := w.statements[query]; statement != nil {
		return statement, nil
	}
	statement, err := w.conn.PrepareContext(background, query)
	if err == nil {
		w.statements[query] = statement
	}
	return statement, err
}

func (w *writer) exec(query string, args ...any) (sql.Result, error) {
	statement, err := w.prepared(query)
	if err != nil {
		return nil, err
	}
	return statement.ExecContext(background, args...)
}

// change executes a statement and returns how many rows it changed.
func (w *writer) change(query string, args ...any) (int, error) {
	result, err := w.exec(query, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

func (w *writer) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := w.prepared(query)
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(ctx, args...)
}
