package txn_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

// Steps are what the parts of a transaction were asked to do, in this order, and at
// which of them one fails or panics.
type steps struct {
	fail   map[string]error
	panics string

	mu   sync.Mutex
	done []string
}

func (s *steps) do(step string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = append(s.done, step)
	if step == s.panics {
		panic(step)
	}
	return s.fail[step]
}

func (s *steps) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.done, ", ")
}

func (s *steps) count(step string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, done := range s.done {
		if done == step {
			n++
		}
	}
	return n
}

// failing returns steps of which this one fails, and the error.
func failing(step string) (*steps, error) {
	err := errors.New(step + " failed")
	return &steps{fail: map[string]error{step: err}}, err
}

// A part is a Participant.
type part struct {
	*steps
	name string
}

func (p *part) Prepare(context.Context) error { return p.do("prepare " + p.name) }
func (p *part) Commit(context.Context) error  { return p.do("commit " + p.name) }
func (p *part) Rollback() error               { return p.do("rollback " + p.name) }

// A keeper is a TxCommitter.
type keeper struct {
	*steps
}

func (k *keeper) Commit(_ context.Context, mails ...*queue.Mail) error {
	name(mails)
	return k.do("queue " + subjectsOf(mails))
}

func (k *keeper) CommitTx(_ context.Context, _ any, mails ...*queue.Mail) error {
	name(mails)
	return k.do("insert " + subjectsOf(mails))
}

func name(mails []*queue.Mail) {
	for _, m := range mails {
		m.ID = "id-" + m.Subject
	}
}

func (k *keeper) Signal() { _ = k.do("signal") }

func subjectsOf(mails []*queue.Mail) string {
	var subjects []string
	for _, m := range mails {
		subjects = append(subjects, m.Subject)
	}
	return strings.Join(subjects, " ")
}

// A sqlTx is as a *sql.Tx is.
type sqlTx struct{ *steps }

func (t sqlTx) Commit() error   { return t.do("sql commit") }
func (t sqlTx) Rollback() error { return t.sqlRollback() }

// sqlRollback finds nothing to roll back once the commit was tried.
func (s *steps) sqlRollback() error {
	err := s.do("sql rollback")
	if err == nil && s.count("sql commit") > 0 {
		return sql.ErrTxDone
	}
	return err
}

// A pgxTx is as a pgx.Tx is.
type pgxTx struct {
	*steps
	during func(context.Context)
}

func (t *pgxTx) Commit(ctx context.Context) error {
	if t.during != nil {
		t.during(ctx)
	}
	return t.do("sql commit")
}

func (t *pgxTx) Rollback(context.Context) error { return t.sqlRollback() }

// begin returns a transaction with a mail and the participants a and b.
func (s *steps) begin(t *testing.T) *txn.Txn {
	t.Helper()
	tx := txn.Begin(&keeper{s})
	for _, name := range []string{"a", "b"} {
		if err := tx.Join(&part{s, name}); err != nil {
			t.Fatal(err)
		}
	}
	m := mail("m")
	m.Lane = queue.Immediate
	if err := tx.Add(m); err != nil {
		t.Fatal(err)
	}
	return tx
}

// caught returns what do returned, and what it panicked with.
func caught(do func() error) (panicked any, err error) {
	defer func() { panicked = recover() }()
	return nil, do()
}

// A result is a driver's error.
type result int

func (r result) Error() string { return fmt.Sprintf("code %d (SQLITE_BUSY)", int(r)) }
func (r result) Code() int     { return int(r) }

// An answer is a server's error.
type answer string

func (a answer) Error() string    { return "SQLSTATE " + string(a) }
func (a answer) SQLState() string { return string(a) }
