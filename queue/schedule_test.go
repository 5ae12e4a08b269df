package queue

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRetryAfter(t *testing.T) {
	for _, tt := range []struct {
		attempts int
		random   float64
		want     time.Duration
	}{
		{1, 0.5, time.Minute},
		{2, 0.5, 2 * time.Minute},
		{3, 0.5, 4 * time.Minute},
		{6, 0.5, 32 * time.Minute},
		{7, 0.5, time.Hour},
		{8, 0.5, time.Hour},
		{math.MaxInt, 0.5, time.Hour},
		{1, 0, 54 * time.Second},
		{1, 1, 66 * time.Second},
		{7, 0, 54 * time.Minute},
		{7, 1, 66 * time.Minute},
	} {
		got := retryAfter(tt.attempts, time.Minute, time.Hour, tt.random)
		require.InDelta(t, tt.want, got, float64(time.Millisecond), "attempt %d, random %v", tt.attempts, tt.random)
	}
}

func TestProbeAfter(t *testing.T) {
	for _, tt := range []struct {
		failures int
		want     time.Duration
		alarm    time.Duration
	}{
		{0, time.Second, time.Minute},
		{1, 2 * time.Second, 2 * time.Minute},
		{3, 8 * time.Second, 8 * time.Minute},
		{4, 16 * time.Second, 15 * time.Minute},
		{5, 32 * time.Second, 15 * time.Minute},
		{6, time.Minute, 15 * time.Minute},
		{math.MaxInt, time.Minute, 15 * time.Minute},
	} {
		require.Equal(t, tt.want, probeAfter(tt.failures, false), "%d failures", tt.failures)
		require.Equal(t, tt.alarm, probeAfter(tt.failures, true), "%d failures after an alarm", tt.failures)
	}
}

func TestDoubledDoesNotOverflow(t *testing.T) {
	require.Equal(t, time.Duration(math.MaxInt64), doubled(time.Second, math.MaxInt64, 1000))
	require.Equal(t, time.Second, doubled(time.Second, time.Second, 3))
}
