package manage

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestChart(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 30, 10, 0, time.UTC)
	minute := func(ago int) time.Time { return now.Truncate(time.Minute).Add(-time.Duration(ago) * time.Minute) }
	c := newChart(&queue.Stats{Now: now, Minutes: []queue.Minute{
		{At: minute(60), In: 1000}, // over an hour ago
		{At: minute(59), In: 30},
		{At: minute(1), Out: 60, Failed: 3},
		{At: minute(0), In: 15},
		{At: minute(-1), In: 1000}, // of a clock that is ahead
	}})
	require.Equal(t, 60, c.Most)
	require.Equal(t, "Mails in the last hour: 45 in, 60 out, 3 failed; at most 60 in a minute.", c.Words)
	require.Equal(t, []chartLine{
		{"in", "M0.5 60v-30.0h2.5v30.0zM590.5 60v-15.0h2.5v15.0z", 45},
		{"out", "M583.8 60v-60.0h2.5v60.0z", 60},
		{"failed", "M587.2 60v-3.0h2.5v3.0z", 3},
	}, c.Lines)

	empty := newChart(&queue.Stats{Now: now})
	require.Zero(t, empty.Most)
	require.Empty(t, empty.Lines[0].Path)
}
