package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadCounters(t *testing.T) {
	var counts []int
	readCounters(strings.NewReader("sess=1 quit=0 mesg=0\rsess=1 quit=0 mesg=12\rjunk\rsess=1"), func(n int) { counts = append(counts, n) })
	require.Equal(t, []int{0, 12}, counts)
}
