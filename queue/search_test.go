package queue

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// A far store finds what is far down only with the so-many-th search.
type farStore struct {
	Store
	searches int
	fails    int // with which search it does
}

func (s *farStore) Search(ctx context.Context, filter Filter, page Page) ([]Entry, string, error) {
	if s.searches++; s.searches == s.fails {
		return nil, "", errors.New("disk full")
	}
	return s.Store.Search(ctx, filter, page)
}

// manyMails commits 3,500 mails, of which every 700th is to "rare", from the first on.
func manyMails(t *testing.T, q *Queue) (rare []string) {
	var mails []*Mail
	for n := range 3500 {
		m := letter(Normal, "a")
		if n%700 == 0 {
			m = letter(Normal, "rare")
		}
		mails = append(mails, m)
	}
	commit(t, q, mails...)
	for n := 2800; n >= 0; n -= 700 {
		rare = append(rare, mails[n].ID)
	}
	return rare
}

func TestListSearchesUntilThePageIsFull(t *testing.T) {
	store := &farStore{Store: Memory()}
	q := open(t, store, nil, Config{})
	rare := manyMails(t, q)
	for _, test := range []struct {
		page     Page
		want     []string
		searches int
	}{
		{Page{}, rare, 4}, // to the end
		{Page{Size: 1}, rare[:1], 1},
		{Page{Size: 2}, rare[:2], 2},
		{Page{Before: rare[1]}, rare[2:], 3},
		{Page{Before: rare[4]}, nil, 1},
	} {
		store.searches = 0
		entries, err := q.List(t.Context(), Filter{To: "rare@"}, test.page)
		require.NoError(t, err)
		var ids []string
		for _, e := range entries {
			ids = append(ids, e.ID)
		}
		require.Equal(t, test.want, ids, "%+v", test.page)
		require.Equal(t, test.searches, store.searches, "%+v", test.page)
	}
	all, err := q.List(t.Context(), Filter{}, Page{Size: 500})
	require.NoError(t, err)
	require.Len(t, all, 500)
	store.searches, store.fails = 0, 2
	_, err = q.List(t.Context(), Filter{To: "rare@"}, Page{})
	require.ErrorContains(t, err, "disk full")
}

func TestSearchIsBounded(t *testing.T) {
	store := &farStore{Store: Memory()}
	q := open(t, store, nil, Config{})
	rare := manyMails(t, q)
	found, next, err := q.Search(t.Context(), Filter{To: "rare@"}, Page{})
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Less(t, next, rare[0])
	found, next, err = q.Search(t.Context(), Filter{To: "nobody@"}, Page{Before: next})
	require.NoError(t, err)
	require.Empty(t, found)
	require.NotEmpty(t, next, "it is not the end")
}
