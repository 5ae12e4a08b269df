package queue

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCommitTellsWhichMailsBelongTogether(t *testing.T) {
	q := open(t, Memory(), nil, Config{})
	alone, again := letter(Normal, "a"), letter(Normal, "b")
	again.Transaction = alone.ID + "old" // it was copied from a Record
	commit(t, q, alone)
	commit(t, q, again)
	require.Empty(t, record(t, q, alone).Mail.Transaction)
	require.Empty(t, record(t, q, again).Mail.Transaction)

	first, second, third := letter(Normal, "c"), letter(Normal, "d"), letter(Normal, "e")
	commit(t, q, first, second, third)
	for _, m := range []*Mail{first, second, third} {
		require.Equal(t, first.ID, m.Transaction)
		require.Equal(t, first.ID, record(t, q, m).Mail.Transaction)
	}
	entries, err := q.List(t.Context(), Filter{Transaction: first.ID}, Page{})
	require.NoError(t, err)
	require.Len(t, entries, 3)
	require.Equal(t, third.ID, entries[0].ID)
}

func TestCommitRepeatedIsTheSameTransaction(t *testing.T) {
	store := &faulty{Store: Memory()}
	q := open(t, store, nil, Config{})
	first, second := letter(Normal, "a"), letter(Normal, "b")
	store.fail(&store.insert, errors.New("disk full"))
	require.Error(t, q.Commit(t.Context(), first, second))
	together := first.Transaction
	require.NotEmpty(t, together)
	store.fail(&store.insert, nil)
	commit(t, q, first, second)
	require.Equal(t, together, record(t, q, second).Mail.Transaction)
}
