package queue

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A memoryTx is a transaction on a txMemory.
type memoryTx struct{ mails []*Mail }

// A txMemory inserts what its transactions hold when they commit.
type txMemory struct {
	Store
	fail error
}

func (s txMemory) InsertTx(ctx context.Context, tx any, mails []*Mail) error {
	if s.fail != nil {
		return s.fail
	}
	t := tx.(*memoryTx)
	t.mails = append(t.mails, mails...)
	return ctx.Err()
}

func (s txMemory) commit(t *testing.T, tx *memoryTx) {
	t.Helper()
	require.NoError(t, s.Insert(t.Context(), tx.mails))
}

func openTx(t *testing.T, store Store) *Queue {
	t.Helper()
	q, err := Open(store, nil, Config{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = q.Close(context.Background()) })
	return q
}

func TestCommitTxIsCommittedWithTheTransaction(t *testing.T) {
	store := txMemory{Store: Memory()}
	q := openTx(t, store)
	tx, mails := &memoryTx{}, []*Mail{letter(Normal, "ann"), letter(Normal, "bob")}
	require.NoError(t, q.CommitTx(t.Context(), tx, mails...))
	require.Equal(t, mails, tx.mails)
	for _, m := range mails {
		require.True(t, isID(m.ID))
		require.False(t, m.Expires.IsZero())
		require.Equal(t, mails[0].ID, m.Transaction)
		_, err := q.Get(t.Context(), m.ID)
		require.ErrorIs(t, err, ErrNotFound, "the transaction is not committed yet")
	}
	require.Empty(t, q.signal, "there is nothing to send yet")
	store.commit(t, tx)
	_, err := q.Get(t.Context(), mails[1].ID)
	require.NoError(t, err)
}

func TestCommitTxTakesMailAgainThatWasRolledBack(t *testing.T) {
	store := txMemory{Store: Memory()}
	q := openTx(t, store)
	m := letter(Normal, "ann")
	require.NoError(t, q.CommitTx(t.Context(), &memoryTx{}, m))
	id := m.ID

	tx := &memoryTx{}
	require.NoError(t, q.CommitTx(t.Context(), tx, m), "by another transaction")
	require.Equal(t, id, m.ID)
	store.commit(t, tx)
	require.NoError(t, q.Commit(t.Context(), m), "by none, although it is stored")
	counts, err := q.Count(t.Context(), Filter{All: true})
	require.NoError(t, err)
	require.Equal(t, map[State]int{Outgoing: 1}, counts)

	require.ErrorContains(t, q.CommitTx(t.Context(), tx, m), "it was committed before: make a new Mail")
}

func TestCommitTxRefuses(t *testing.T) {
	full := errors.New("disk full")
	store := txMemory{Store: Memory()}
	q := openTx(t, store)
	require.NoError(t, q.CommitTx(t.Context(), nil), "no mail needs no transaction")

	tx, good := &memoryTx{}, letter(Normal, "ann")
	bad := letter(Normal, "ann")
	bad.Key = strings.Repeat("k", maxKey+1)
	require.ErrorContains(t, q.CommitTx(t.Context(), tx, good, bad), "mail 2 of 2: it has 201 bytes of Key")
	require.ErrorContains(t, q.CommitTx(t.Context(), tx, good, good), "it is the same Mail as one before it")
	require.Empty(t, tx.mails)
	require.Empty(t, good.ID, "a commit that is refused changes none")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, q.CommitTx(ctx, tx, good), context.Canceled)
	require.ErrorIs(t, openTx(t, txMemory{Memory(), full}).CommitTx(t.Context(), tx, letter(Normal, "ann")), full)

	err := openTx(t, Memory()).CommitTx(t.Context(), tx, letter(Normal, "ann"))
	require.ErrorContains(t, err, "a *queue.memory cannot insert mail through an SQL transaction")
	require.NoError(t, q.Close(t.Context()))
	require.ErrorIs(t, q.CommitTx(t.Context(), tx, letter(Normal, "ann")), ErrClosed)
}
