package queue

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestIDsSortByTime(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	last := newID(at)
	for _, later := range []time.Duration{time.Millisecond, time.Second, 24 * time.Hour, 100 * 365 * 24 * time.Hour} {
		id := newID(at.Add(later))
		require.Greater(t, id, last, later)
		require.True(t, isID(id))
		require.Len(t, id, 26)
		require.Equal(t, strings.ToLower(id), id)
		last = id
	}
}

func TestIDsOfOneMillisecondDiffer(t *testing.T) {
	now, seen := time.Now(), map[string]bool{}
	for range 10_000 {
		seen[newID(now)] = true
	}
	require.Len(t, seen, 10_000)
}

func TestIsID(t *testing.T) {
	id := newID(time.Now())
	for _, s := range []string{
		"", "7", id[:25], id + "0", strings.ToUpper(id[:25] + "v"), id[:25] + "\n", id[:10] + "\n" + id[10:],
		id[:25] + "z", strings.Repeat("0", 25) + "1",
	} {
		require.False(t, isID(s), "%q", s)
	}
}

func FuzzIsID(f *testing.F) {
	f.Add("068k2m9t4g0123456789abcdef")
	f.Add(strings.Repeat("v", 26))
	f.Add("0\r\n")
	f.Fuzz(func(t *testing.T, s string) {
		if isID(s) {
			require.Len(t, s, 26)
			require.Empty(t, strings.Trim(s, "0123456789abcdefghijklmnopqrstuv"))
		}
	})
}
