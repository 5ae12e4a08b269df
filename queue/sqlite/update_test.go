package sqlite

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// A filter's statement is as long as its Meta: there is no end of them to keep.
func TestStatementsOfFiltersAreNotKept(t *testing.T) {
	s, _ := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 1)))
	statements := func() (n int) {
		require.NoError(t, s.write(t.Context(), func(w *writer) error {
			n = len(w.statements)
			return nil
		}))
		return n
	}
	meta := map[string]string{}
	hold := func() {
		m := newMail(1 + len(meta))
		m.Meta = meta
		require.NoError(t, s.Insert(t.Context(), []*queue.Mail{m}))
		n, _, err := s.Update(t.Context(), queue.Filter{Meta: meta, IDs: []string{m.ID}}, queue.Change{Operation: queue.OperationHold}, "")
		require.NoError(t, err)
		require.Equal(t, 1, n)
	}
	hold()
	before := statements()
	for i := range 10 {
		meta[fmt.Sprint("key", i)] = "value"
		hold()
	}
	require.Equal(t, before, statements())
}
