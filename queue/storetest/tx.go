package storetest

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// A TxSuite tests, beside Run, that a store is a [queue.TxStore].
type TxSuite struct {
	Open  func(t *testing.T) queue.TxStore           // returns an empty store
	Begin func(t *testing.T, store queue.TxStore) Tx // begins a transaction of the application's on the store's database
}

// A Tx is a transaction of the application's.
type Tx struct {
	Tx       any // what InsertTx takes
	Commit   func() error
	Rollback func() error
}

type txRule struct {
	name string
	test func(s *txSubject)
}

var txRules = []txRule{
	{"mail of a transaction is stored whole with its commit", testTxCommit},
	{"of a transaction that was rolled back nothing is there", testTxRollback},
	{"mails are inserted into a transaction all or none", testTxAtomic},
	{"a transaction finds duplicates", testTxDuplicates},
	{"an InsertTx can be repeated", testTxRepeated},
	{"a context that has ended inserts nothing into a transaction", testTxCancelled},
	{"what is no transaction is refused", testTxRefused},
	{"a mailer that wakes finds immediate mail of a transaction", testTxSignal},
}

// Run tests each rule in a subtest.
func (suite TxSuite) Run(t *testing.T) {
	for _, r := range txRules {
		t.Run(r.name, func(t *testing.T) {
			store := suite.Open(t)
			t.Cleanup(func() { require.NoError(t, store.Close()) })
			r.test(&txSubject{subject{t, store}, store, func() Tx { return suite.Begin(t, store) }})
		})
	}
}

// A txSubject is the store under test.
type txSubject struct {
	subject
	store queue.TxStore
	begin func() Tx
}

func (s *txSubject) insertTx(tx Tx, mails ...*queue.Mail) {
	s.t.Helper()
	require.NoError(s.t, s.store.InsertTx(s.t.Context(), tx.Tx, mails))
}

// transact inserts mails by a transaction of their own.
func (s *txSubject) transact(mails ...*queue.Mail) {
	s.t.Helper()
	tx := s.begin()
	s.insertTx(tx, mails...)
	require.NoError(s.t, tx.Commit())
}

// came returns how many mails the counters say have been committed.
func (s *txSubject) came() (n int) {
	s.t.Helper()
	for _, minute := range s.totals().Minutes {
		n += minute.In
	}
	return n
}

func testTxCommit(s *txSubject) {
	first, second, large := fullMail(1), newMail(2), newMail(3)
	large.Data = bytes.Repeat([]byte("0123456789\r\n"), 100_000)
	large.Route = "new"
	tx := s.begin()
	s.insertTx(tx)
	s.insertTx(tx, first, second)
	s.insertTx(tx, large)
	require.Zero(s.t, s.total(), "the transaction is not committed yet")
	require.Zero(s.t, s.came())
	require.NoError(s.t, tx.Commit())

	require.Equal(s.t, 3, s.came())
	for n, want := range map[int]*queue.Mail{1: first, 2: second, 3: large} {
		require.False(s.t, want.Duplicate)
		record := s.get(n)
		s.requireSame(want, record.Mail)
		require.Equal(s.t, queue.Outgoing, record.State)
		require.WithinDuration(s.t, time.Now(), record.Queued, far)
	}
	for range 3 { // one of each route
		claimed := s.claim(all).Mails[0]
		require.NoError(s.t, claimed.Err)
		require.Equal(s.t, 1, s.finish(delivered(claimed.Lease)), claimed.ID)
	}
}

func testTxRollback(s *txSubject) {
	m := fullMail(1)
	tx := s.begin()
	s.insertTx(tx, m, newMail(2))
	require.NoError(s.t, tx.Rollback())
	require.Zero(s.t, s.total())
	require.Zero(s.t, s.came())
	routes, err := s.store.Routes(s.t.Context())
	require.NoError(s.t, err)
	require.Empty(s.t, routes)
	s.claimNone(all)

	s.transact(m)
	require.False(s.t, m.Duplicate, "its identity was rolled back too")
	s.requireSame(m, s.get(1).Mail)
	require.Equal(s.t, 1, s.came())
}

func testTxAtomic(s *txSubject) {
	bad := newMail(2)
	bad.To = nil
	tx := s.begin()
	require.Error(s.t, s.store.InsertTx(s.t.Context(), tx.Tx, []*queue.Mail{keyed(1, "k"), bad, newMail(3)}))
	_ = tx.Commit() // the application should not, and may get an error
	require.Zero(s.t, s.total())
	s.transact(keyed(1, "k"), newMail(3))
	require.Equal(s.t, 2, s.total())
}

func testTxDuplicates(s *txSubject) {
	s.insert(keyed(1, "k"))
	later, first, twin, third := keyed(2, "k"), keyed(3, "other"), keyed(4, "other"), keyed(5, "other")
	tx := s.begin()
	s.insertTx(tx, later, first, twin)
	s.insertTx(tx, third)
	require.NoError(s.t, tx.Commit())
	require.Equal(s.t, []bool{true, false, true, true},
		[]bool{later.Duplicate, first.Duplicate, twin.Duplicate, third.Duplicate})
	require.Equal(s.t, 2, s.total())
	require.Equal(s.t, 2, s.came())

	last := keyed(6, "other")
	s.insert(last)
	require.True(s.t, last.Duplicate, "of a mail that came by a transaction")
}

func testTxRepeated(s *txSubject) {
	m := keyed(1, "k")
	tx := s.begin()
	s.insertTx(tx, m)
	s.insertTx(tx, m, newMail(2))
	require.NoError(s.t, tx.Commit())
	s.transact(m)
	s.insert(m)
	require.False(s.t, m.Duplicate, "it is the stored one itself")
	require.Equal(s.t, 2, s.total())
	require.Equal(s.t, 2, s.came())
}

func testTxCancelled(s *txSubject) {
	ctx, cancel := context.WithCancelCause(s.t.Context())
	cancel(errors.New("the client went away"))
	tx := s.begin()
	require.Error(s.t, s.store.InsertTx(ctx, tx.Tx, []*queue.Mail{newMail(1)}))
	_ = tx.Commit()
	require.Zero(s.t, s.total())
}

func testTxRefused(s *txSubject) {
	ended := s.begin()
	require.NoError(s.t, ended.Rollback())
	for _, tx := range []any{nil, "BEGIN", new(int), ended.Tx} {
		require.Error(s.t, s.store.InsertTx(s.t.Context(), tx, []*queue.Mail{newMail(1)}), "%T", tx)
	}
	require.Zero(s.t, s.total())
}

// testTxSignal is of a store that is a Signaller. Its signal may come before the
// commit where a claim waits for that.
func testTxSignal(s *txSubject) {
	signaller, ok := s.store.(queue.Signaller)
	if !ok {
		return
	}
	signals := signaller.Signals()
	claimed := make(chan []int, 1)
	ctx, stop := context.WithTimeout(s.t.Context(), time.Minute/2)
	defer stop()
	go func() {
		defer close(claimed)
		for {
			select {
			case <-signals:
			case <-ctx.Done():
				return
			}
			if batch, _, err := s.store.Claim(ctx, all); err == nil && batch != nil {
				claimed <- ids(batch)
				return
			}
		}
	}()
	immediate := func(n int) *queue.Mail {
		m := newMail(n)
		m.Lane = queue.Immediate
		return m
	}
	tx := s.begin()
	s.insertTx(tx, immediate(1))
	require.NoError(s.t, tx.Rollback())
	s.transact(immediate(2))
	require.Equal(s.t, []int{2}, <-claimed)
}
