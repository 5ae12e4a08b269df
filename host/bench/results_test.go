package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMedian(t *testing.T) {
	tests := []struct {
		values []float64
		median float64
	}{
		{[]float64{5}, 5},
		{[]float64{9, 1}, 5},
		{[]float64{9, 1, 2}, 2},
		{[]float64{100, 1, 3, 2}, 2.5},
	}
	for _, test := range tests {
		before := append([]float64(nil), test.values...)
		require.Equal(t, test.median, median(test.values), test.values)
		require.Equal(t, before, test.values, "median must not sort what it is given")
	}
}

func TestRatio(t *testing.T) {
	other := course{here.relay, here.rtt, 16}
	rs := results{}
	rs.cell(yardstick, here).rates = []float64{10, 40, 20}
	rs.cell("fast", here).rates = []float64{50, 1, 60}
	rs.cell("fast", other).rates = []float64{1000}
	rs.cell("failed", here).rates = []float64{50}
	rs.cell("failed", here).err = errors.New("x")
	rs.cell("absent", here).absent = true

	ratio, ok := rs.ratio("fast", here)
	require.True(t, ok)
	require.Equal(t, 2.5, ratio)
	for _, name := range []string{"failed", "absent", "unknown"} {
		_, ok = rs.ratio(name, here)
		require.False(t, ok, name)
	}
	_, ok = rs.ratio("fast", other)
	require.False(t, ok, "the yardstick has not run there")
	rs.cell(yardstick, other).rates = []float64{0}
	_, ok = rs.ratio("fast", other)
	require.False(t, ok, "no multiple of nothing")
}
