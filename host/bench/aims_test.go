package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVerdict(t *testing.T) {
	tests := []struct {
		name    string
		rates   map[int]float64 // by connections; the yardstick's is 10
		verdict string
	}{
		{"reached", map[int]float64{1: 30, 4: 50}, "r           3.00x  5.00x            reached"},
		{"missed once", map[int]float64{1: 29.9, 4: 50}, "r           2.99x  5.00x            missed"},
		{"measured in part", map[int]float64{4: 50}, "r           -  5.00x                reached"},
		{"not measured", nil, "r           -  -                    not measured"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rs := results{}
			for _, n := range []int{1, 4} {
				rs.cell(yardstick, course{"r", 0, n}).rates = []float64{10}
			}
			for n, rate := range test.rates {
				rs.cell(pipelined, course{"r", 0, n}).rates = []float64{rate}
			}
			require.Equal(t, test.verdict, aim{pipelined, 0, 3}.verdict("r", []int{1, 4}, rs))
		})
	}
}

func TestAims(t *testing.T) {
	p := &plan{conns: []int{1, 4}, relays: []relay{{name: "one"}, {name: "two"}}}
	var w strings.Builder
	p.writeAims(&w, results{})
	text := w.String()
	require.Contains(t, text, "ratios to go-smtp, at 1, 4 connections:\n")
	require.Contains(t, text, "mailhost, pipelined    0 ms  at least 3.00x\n")
	require.Contains(t, text, "mailhost, pipelined   20 ms  at least 3.90x\n")
	require.Contains(t, text, "mailhost, chunked     20 ms  at least 100x\n")
	require.Equal(t, 6, strings.Count(text, "not measured"))
}
