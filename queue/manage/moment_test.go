package manage

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhenIsInUTC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		zone := time.FixedZone("", 2*60*60)
		require.Equal(t, moment{"2000-01-01T00:05:00Z", "2000-01-01 00:05:00 UTC", "in 5 min"},
			when(time.Date(2000, 1, 1, 2, 5, 0, 0, zone)))
	})
}

func TestHint(t *testing.T) {
	const day = 24 * time.Hour
	for away, want := range map[time.Duration]string{
		0:                                "now",
		999 * time.Millisecond:           "now",
		-999 * time.Millisecond:          "now",
		time.Second:                      "in 1 s",
		-59 * time.Second:                "59 s ago",
		time.Minute:                      "in 1 min",
		-59*time.Minute - 59*time.Second: "59 min ago",
		time.Hour:                        "in 1 h",
		2*day - time.Second:              "in 47 h",
		2 * day:                          "in 2 days",
		-40 * day:                        "40 days ago",
	} {
		require.Equal(t, want, hint(away))
	}
}
