//go:build unix

package postgres

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
)

// A lossyConn loses its connection when the server's answer is there: what was
// asked has been done.
type lossyConn struct {
	net.Conn
	answers *atomic.Int32 // to be lost
}

var readyForQuery = []byte{'Z', 0, 0, 0, 5, 'I'}

func (c lossyConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err == nil && bytes.HasSuffix(b[:n], readyForQuery) && c.answers.Load() > 0 {
		c.answers.Add(-1)
		c.Close()
		return 0, net.ErrClosed
	}
	return n, err
}

// openLossy returns a store that has done everything once, and how many of its next
// answers are to be lost.
func openLossy(t *testing.T) (*Store, *atomic.Int32) {
	config, err := pgxpool.ParseConfig(pgtest.URL(t))
	require.NoError(t, err)
	lost := &atomic.Int32{}
	dial := config.ConnConfig.DialFunc
	config.ConnConfig.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		return lossyConn{conn, lost}, err
	}
	config.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	s := openAt(t, pool, Options{Schema: pgtest.Schema(t, pgtest.URL(t))}, time.Now)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 1)))
	return s, lost
}

func keyed(n int, key string) *queue.Mail {
	m := newMail(n)
	m.Key = key
	return m
}

func TestInsertOfUnknownOutcomeIsRepeated(t *testing.T) {
	s, lost := openLossy(t)
	lost.Store(1)
	m := keyed(1, "k")
	require.NoError(t, s.Insert(t.Context(), []*queue.Mail{m}))
	require.Zero(t, lost.Load(), "the answer was lost")
	require.False(t, m.Duplicate)
	require.Equal(t, 2, total(t, s))
	twin := keyed(2, "k")
	require.NoError(t, s.Insert(t.Context(), []*queue.Mail{twin}))
	require.True(t, twin.Duplicate)
}

func TestUnknownOutcomeIsTold(t *testing.T) {
	s, lost := openLossy(t)
	lost.Store(1000)
	m := keyed(1, "k")
	require.ErrorIs(t, s.Insert(t.Context(), []*queue.Mail{m}), ErrUnknown)
	lost.Store(0)
	require.Equal(t, 2, total(t, s), "it was stored, although the caller does not know")
	require.NoError(t, s.Insert(t.Context(), []*queue.Mail{m}), "it may be committed again")
	require.False(t, m.Duplicate)
	require.Equal(t, 2, total(t, s))
}

func TestKnownFailureIsNotUnknown(t *testing.T) {
	s := openNew(t)
	_, err := s.pool.Exec(t.Context(), s.sql("ALTER TABLE mailhost.body RENAME TO body2"))
	require.NoError(t, err)
	err = s.Insert(t.Context(), newMails(0, 1))
	require.ErrorContains(t, err, "does not exist")
	require.NotErrorIs(t, err, ErrUnknown)
	var refusal *pgconn.PgError
	require.ErrorAs(t, err, &refusal)

	nowhere := openNew(t)
	nowhere.options.Timeout = time.Second
	held, err := nowhere.pool.Acquire(t.Context())
	require.NoError(t, err)
	defer held.Release()
	for range nowhere.pool.Config().MaxConns - 1 {
		conn, err := nowhere.pool.Acquire(t.Context())
		require.NoError(t, err)
		defer conn.Release()
	}
	err = nowhere.Insert(t.Context(), newMails(0, 1))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NotErrorIs(t, err, ErrUnknown, "it was not sent")
}

// TestBadMailFailsAlone has the server refuse a mail of a group.
func TestBadMailFailsAlone(t *testing.T) {
	s := openNew(t)
	_, err := s.pool.Exec(t.Context(), s.sql("ALTER TABLE mailhost.mail ADD CHECK (subject <> 'bad')"))
	require.NoError(t, err)
	bad := newMail(1)
	bad.Subject = "bad"
	group := []*request{{mails: newMails(0, 1)}, {mails: []*queue.Mail{newMail(3), bad}}, {mails: newMails(2, 3)}}
	s.insertGroup(group)
	require.NoError(t, group[0].err)
	require.ErrorContains(t, group[1].err, "violates check constraint")
	require.NoError(t, group[2].err)
	require.Equal(t, 2, total(t, s))
}

// TestInsertsShareTransactions has many callers wait while the first ones commit.
func TestInsertsShareTransactions(t *testing.T) {
	s := openNew(t)
	tx, err := s.pool.Begin(t.Context())
	require.NoError(t, err)
	defer tx.Rollback(context.Background())
	_, err = tx.Exec(t.Context(), s.sql("LOCK TABLE mailhost.body"))
	require.NoError(t, err)
	const calls = 50
	errs := make(chan error, calls)
	state := func(running, waiting int) func() bool {
		return func() bool {
			s.inserts.mu.Lock()
			defer s.inserts.mu.Unlock()
			return s.inserts.running == running && len(s.inserts.waiting) == waiting
		}
	}
	for n := range calls {
		go func() { errs <- s.Insert(t.Context(), newMails(n, n+1)) }()
		await(t, state(min(n+1, groups), max(0, n+1-groups)))
	}

	ctx, cancel := context.WithCancelCause(t.Context())
	late := make(chan error)
	go func() { late <- s.Insert(ctx, newMails(calls, calls+1)) }()
	left := errors.New("the client went away")
	cancel(left)
	require.ErrorIs(t, <-late, left, "what waits can be called back")

	require.NoError(t, tx.Rollback(t.Context()))
	for range calls {
		require.NoError(t, <-errs)
	}
	require.Equal(t, calls, total(t, s))
	var transactions int
	require.NoError(t, s.pool.QueryRow(t.Context(), s.sql("SELECT count(DISTINCT xmin::text) FROM mailhost.mail"),
		pgx.QueryExecModeSimpleProtocol).Scan(&transactions))
	require.Equal(t, groups+1, transactions)
}
