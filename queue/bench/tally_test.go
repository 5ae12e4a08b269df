package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

func TestTally(t *testing.T) {
	taken := host.Report{Outcome: host.Delivered, Code: 250}
	t.Run("counts", func(t *testing.T) {
		tally := newTally(2)
		tally.add(nil, taken)
		require.Empty(t, tally.end)
		tally.add(nil, taken)
		require.NoError(t, tally.wait(t.Context()))
		last := tally.last
		tally.add(nil, taken)
		require.Equal(t, last, tally.last, "one too many is no matter")
	})
	t.Run("is told", func(t *testing.T) {
		tally := newTally(5)
		tally.reach(4)
		require.Empty(t, tally.end)
		tally.reach(6)
		require.NoError(t, tally.wait(t.Context()))
	})
	t.Run("a mail that was not accepted", func(t *testing.T) {
		tally := newTally(5)
		tally.add(nil, host.Report{Outcome: host.Permanent, Code: 550, Text: "no"})
		require.ErrorContains(t, tally.wait(t.Context()), "550 no")
	})
	t.Run("the end of its context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, newTally(1).wait(ctx), context.Canceled)
	})
}
