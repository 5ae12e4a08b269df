package sqlite

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestBodyIsStoredOnceForAllRecipients(t *testing.T) {
	s, path := openNew(t)
	m := newMail(1)
	m.Data = make([]byte, 1<<20)
	m.To = nil
	for n := range 250 {
		m.To = append(m.To, fmt.Sprintf("r%d@example.com", n))
	}
	require.NoError(t, s.Insert(t.Context(), []*queue.Mail{m}))
	var bodies, bytes, recipients int
	require.NoError(t, s.reads.QueryRowContext(t.Context(), `SELECT count(*), sum(length(data)),
		(SELECT count(*) FROM mailhost_recipient) FROM mailhost_body`).Scan(&bodies, &bytes, &recipients))
	require.Equal(t, [3]int{1, 1 << 20, 250}, [3]int{bodies, bytes, recipients})
	require.NoError(t, s.Close())
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(2<<20), "of the whole file")
}
