package queue

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

// What no suite can wait for: counters and heartbeats are of use for a day.
func TestMemoryKeepsForADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := Memory()
		keep := Retention{Sent: 9 * day, Data: 9 * day, Failed: 9 * day, Audit: 9 * day, Keys: 9 * day}
		insert := func(id string) {
			mail := &Mail{Key: id, Envelope: host.Envelope{ID: id, To: []string{"a@example.com"}}}
			require.NoError(t, store.Insert(t.Context(), []*Mail{mail}))
		}
		require.NoError(t, store.Beat(t.Context(), Heartbeat{Mailer: "one"}))
		insert("1")
		time.Sleep(23 * time.Hour) // by the bubble's clock
		insert("2")
		require.NoError(t, store.Beat(t.Context(), Heartbeat{Mailer: "two"}))
		n, err := store.Clean(t.Context(), keep)
		require.NoError(t, err)
		require.Zero(t, n)
		require.Len(t, minutes(t, store), 2)

		time.Sleep(62 * time.Minute)
		require.Equal(t, []int{1}, minutes(t, store), "what is too old is not told")
		n, err = store.Clean(t.Context(), keep)
		require.NoError(t, err)
		require.Equal(t, 2, n, "a minute and a heartbeat")
		totals, err := store.Totals(t.Context())
		require.NoError(t, err)
		require.Len(t, totals.Mailers, 1)
		require.Equal(t, "two", totals.Mailers[0].Mailer)
	})
}

// minutes returns how many mails came in each minute that the store tells of.
func minutes(t *testing.T, store Store) (in []int) {
	totals, err := store.Totals(t.Context())
	require.NoError(t, err)
	for _, m := range totals.Minutes {
		in = append(in, m.In)
	}
	return in
}
