package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

func TestText(t *testing.T) {
	for _, n := range []int{500, 501, 502, 574, mailSize} {
		got := text(n)
		require.InDelta(t, n, len(got), 1, "a line has two bytes at least")
		require.NoError(t, host.CheckData([]byte(got)))
	}
	require.Len(t, mailText, mailSize)
}
