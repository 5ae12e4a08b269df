package queue

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// shelf counts how often it is closed.
type shelf struct {
	Store
	closed int
	err    error
}

func (s *shelf) Close() error {
	s.closed++
	return s.err
}

func TestClose(t *testing.T) {
	store := &shelf{Store: Memory()}
	q := open(t, store, &relay{}, Config{})
	require.NoError(t, q.Close(t.Context()))
	require.Equal(t, 1, store.closed)
	require.ErrorIs(t, q.Close(t.Context()), ErrClosed)
	require.Equal(t, 1, store.closed)
	require.ErrorIs(t, q.Commit(t.Context(), letter(Normal, "a")), ErrClosed)
	q.Signal()
}

// Where nothing had to be waited for, nothing was broken off.
func TestCloseOfAnIdleQueueNeedsNoTime(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 { // the mailer's end and ctx's race
		store := &shelf{Store: Memory()}
		q := open(t, store, &relay{}, Config{})
		require.NoError(t, q.Close(over))
		require.Equal(t, 1, store.closed)
	}
}

func TestCloseReportsTheStore(t *testing.T) {
	broken := errors.New("checkpoint failed")
	q := open(t, &shelf{Store: Memory(), err: broken}, nil, Config{})
	require.ErrorIs(t, q.Close(t.Context()), broken)
}

func TestCloseFinishesWhatIsInFlightAndBeginsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateTo(t, "a")
		r := &relay{during: g.during}
		store := Memory()
		q := open(t, store, r, Config{})
		first, second, late := letter(Immediate, "a"), letter(Immediate, "b"), letter(Normal, "c")
		commit(t, q, first, second)
		synctest.Wait()
		commit(t, q, late)

		closed := make(chan error)
		go func() { closed <- q.Close(context.Background()) }()
		synctest.Wait()
		require.ErrorIs(t, q.Commit(t.Context(), letter(Normal, "d")), ErrClosed)
		select {
		case err := <-closed:
			t.Fatal("closed with mail in flight:", err)
		default:
		}
		g.open()
		require.NoError(t, <-closed)

		require.Len(t, r.attempts(), 1)
		requireState(t, store, first, Sent)
		for _, m := range []*Mail{second, late} {
			got := record(t, store, m)
			require.Equal(t, Outgoing, got.State)
			require.False(t, got.Sending, "its lease was given back")
			require.Zero(t, got.Attempts)
		}
	})
}

func TestCloseDuringAClaimGivesTheLeasesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		goOn := make(chan struct{})
		store := &faulty{Store: Memory()}
		r := &relay{}
		q := open(t, store, nil, Config{})
		m := letter(Normal, "a")
		commit(t, q, m)
		store.onClaim = func(context.Context) { <-goOn }
		q = open(t, store, r, Config{})
		synctest.Wait()
		closed := make(chan error, 1)
		go func() { closed <- q.Close(context.Background()) }()
		synctest.Wait()
		require.Empty(t, closed)
		close(goOn)
		require.NoError(t, <-closed)
		require.Equal(t, 1, store.claims)
		require.Equal(t, 1, store.finishes)
		require.Empty(t, r.attempts())
		require.False(t, record(t, store, m).Sending)
	})
}

func TestCloseWaitsForACommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		goOn := make(chan struct{})
		store := &faulty{Store: Memory(), onInsert: func(context.Context) { <-goOn }}
		q := open(t, store, nil, Config{})
		committed, closed := make(chan error, 1), make(chan error, 1)
		m := letter(Normal, "a")
		go func() { committed <- q.Commit(context.Background(), m) }()
		synctest.Wait()
		go func() { closed <- q.Close(context.Background()) }()
		synctest.Wait()
		require.Empty(t, closed)
		close(goOn)
		require.NoError(t, <-committed)
		require.NoError(t, <-closed)
		requireState(t, store, m, Outgoing)
	})
}
