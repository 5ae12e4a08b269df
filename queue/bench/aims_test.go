package main

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVerdict(t *testing.T) {
	tests := []struct {
		name     string
		got      float64
		measured bool
		least    bool
		verdict  string
	}{
		{"at least, reached", 3, true, true, "at least 3.00x 3.00x reached"},
		{"at least, missed", 2.99, true, true, "at least 3.00x 2.99x missed"},
		{"at most, reached", 3, true, false, "at most 3.00x 3.00x reached"},
		{"at most, missed", 3.01, true, false, "at most 3.00x 3.01x missed"},
		{"not measured", 5, false, true, "at least 3.00x - not measured"},
		{"not a number", math.NaN(), true, false, "at most 3.00x - not measured"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := aim{"it", 3, test.least, showMultiple, func(sections) (float64, bool) { return test.got, test.measured }}
			require.Equal(t, "it "+test.verdict, strings.Join(strings.Fields(a.verdict(nil)), " "))
		})
	}
}

func measured(name, yardstick string, rows map[string][]float64) *section {
	s := &section{name: name, yardstick: yardstick}
	for who, values := range rows {
		s.contenders = append(s.contenders, &contender{name: who, rounds: [][]float64{values}})
	}
	return s
}

// TestAims finds each aim its figure.
func TestAims(t *testing.T) {
	ss := sections{
		measured("commit", plainSQLite, map[string][]float64{plainSQLite: {100}, goroutines(64): {350}}),
		measured("sending", postfix, map[string][]float64{postfix: {100}, queueTo("smtp-sink"): {790}, queueTo("hosttest"): {900}}),
		measured("postgres-sending", systemRow(riverMuch, senders(2)), map[string][]float64{
			systemRow(riverMuch, senders(2)): {100}, systemRow(queueSystem, senders(2)): {149}}),
		measured("immediate", "", map[string][]float64{idle: {1, 2, 0}, underBulk: {2, 5, 9000}}),
		measured("backlog", "", map[string][]float64{freshProcess: {12, 3, 30, 151, 400, 500}}),
	}
	var w strings.Builder
	writeAims(&w, ss)
	for _, line := range []string{
		"SQLite's .* 3.50x  reached", "Postfix's .* 7.90x  missed", "idle .* 2.50x  reached", "2 nodes, to River's .* 1.49x  missed", "1 node, to River's .* not measured",
		"opening .* 12.00 ms  reached", "claim .* 3.00 ms  reached", "memory .* 151.0 MB  missed",
	} {
		require.Regexp(t, line, w.String())
	}
	w.Reset()
	writeAims(&w, nil)
	require.Equal(t, len(aims), strings.Count(w.String(), "not measured"))
}
