package queue

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWithProgress(t *testing.T) {
	store := Memory()
	q, err := Open(store, nil, Config{})
	require.NoError(t, err)
	defer q.Close(t.Context())
	var mails []*Mail
	for n := range 1200 {
		m := &Mail{}
		m.ID, m.To, m.Data = fmt.Sprintf("%04d", n), []string{"ann@example.com"}, []byte("Subject: a\r\n\r\nb\r\n")
		mails = append(mails, m)
	}
	require.NoError(t, store.Insert(t.Context(), mails))
	var told []int
	ctx := WithProgress(t.Context(), func(n int) { told = append(told, n) })
	n, err := q.Hold(ctx, Filter{All: true})
	require.NoError(t, err)
	require.Equal(t, 1200, n)
	require.Greater(t, len(told), 1)
	require.IsIncreasing(t, told)
	require.Equal(t, 1200, told[len(told)-1])
}
