package sqlite

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// fill lets the database grow no further; room lets it again.
func fill(t *testing.T, s *Store) (room func()) {
	t.Helper()
	limit := func(pages int) {
		setUp(t, s, fmt.Sprintf("PRAGMA max_page_count = %d", pages))
	}
	limit(1) // SQLite takes the pages that there are for the least
	return func() { limit(1 << 30) }
}

// fm-103: nothing of a mail is queued for which there is no room, and the same
// mails can be committed again.
func TestNoRoomForAnInsert(t *testing.T) {
	s, _ := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 3)))
	room := fill(t, s)
	big := newMails(3, 6)
	for _, m := range big {
		m.Data = make([]byte, 1<<20)
	}
	require.ErrorContains(t, s.Insert(t.Context(), big), "full")
	require.Equal(t, 3, total(t, s))

	room()
	require.NoError(t, s.Insert(t.Context(), big))
	require.NoError(t, s.Insert(t.Context(), big), "once more changes nothing")
	require.Equal(t, 6, total(t, s))
}

// fm-104: a Finish for which there is no room changes nothing, and can be
// repeated.
func TestNoRoomForAFinish(t *testing.T) {
	s, _ := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 100)))
	batch, _, err := s.Claim(t.Context(), everything)
	require.NoError(t, err)
	var finishes []queue.Finish
	for _, m := range batch.Mails {
		r := m.Pending[0]
		r.State, r.Last.Text = queue.RecipientDelivered, string(make([]byte, 1000))
		finishes = append(finishes, queue.Finish{Lease: m.Lease, Attempt: true, Recipients: []queue.Recipient{r}})
	}
	room := fill(t, s)
	_, err = s.Finish(t.Context(), finishes)
	require.ErrorContains(t, err, "full")
	counts, err := s.Count(t.Context(), queue.Filter{})
	require.NoError(t, err)
	require.Equal(t, map[queue.State]int{queue.Outgoing: 100}, counts)

	room()
	n, err := s.Finish(t.Context(), finishes)
	require.NoError(t, err)
	require.Equal(t, 100, n)
}
