//go:build unix

package postgres

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestCensus(t *testing.T) {
	var c census
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	counts := func(at time.Time) bool {
		_, ok := c.begin(at)
		return !ok
	}
	first, second := []queue.Total{{Count: 1}}, []queue.Total{{Count: 2}}
	require.True(t, counts(at))
	c.end(first, slow, at)
	require.True(t, counts(at), "one that is fast is made anew each time")
	c.end(first, 2*slow, at)
	queues, ok := c.begin(at.Add(2*slow*rest - 1))
	require.True(t, ok, "one that is slow is used again")
	require.Equal(t, first, queues)
	queues[0].Count = 9

	later := at.Add(2 * slow * rest)
	require.True(t, counts(later))
	queues, ok = c.begin(later)
	require.True(t, ok, "nobody counts beside another")
	require.Equal(t, first, queues)
	c.end(nil, time.Hour, later)
	require.True(t, counts(later), "one that failed is not kept")
	c.end(second, time.Hour, later)
	queues, ok = c.begin(later.Add(time.Hour))
	require.True(t, ok)
	require.Equal(t, second, queues)

	muchLater := later.Add(1000 * time.Hour)
	require.True(t, counts(muchLater))
	c.end(first, slow, muchLater)
	require.True(t, counts(muchLater))
	require.True(t, counts(muchLater), "old ones are not used beside fast ones")
}
