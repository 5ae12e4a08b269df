package main

import (
	"context"
	"os"
	"strings"
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

func TestReadCounters(t *testing.T) {
	var counts []int
	readCounters(strings.NewReader("sess=1 quit=0 mesg=0\rsess=1 quit=0 mesg=12\rjunk\rsess=1"), func(n int) { counts = append(counts, n) })
	require.Equal(t, []int{0, 12}, counts)
}

func TestText(t *testing.T) {
	for _, n := range []int{500, 501, 502, 574, mailSize} {
		got := text(n)
		require.InDelta(t, n, len(got), 1, "a line has two bytes at least")
		require.NoError(t, host.CheckData([]byte(got)))
	}
	require.Len(t, mailText, mailSize)
}

func TestPostfixThatCannotStart(t *testing.T) {
	needPostfix(t)
	_, _, err := startPostfix(t.TempDir()+"/none", "127.0.0.1:25")
	require.ErrorIs(t, err, os.ErrNotExist)
}
