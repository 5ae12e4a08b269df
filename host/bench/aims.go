package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// An aim is how many times as fast as the yardstick package host wants to be.
type aim struct {
	contender string
	rtt       time.Duration
	ratio     float64
}

var aims = []aim{
	{pipelined, 0, 3},
	{pipelined, 20 * time.Millisecond, 3.9},
	{chunked, 20 * time.Millisecond, 100},
}

// writeAims holds the results against the aims, relay by relay, one ratio for
// each number of connections.
func (p *plan) writeAims(w io.Writer, rs results) {
	at := joinInts(p.conns) + " connections"
	if len(p.conns) == 1 {
		at = connections(p.conns[0])
	}
	fmt.Fprintf(w, "Aims, as ratios to %s, at %s:\n", yardstick, at)
	for _, a := range aims {
		fmt.Fprintf(w, "%-22s%5s  at least %s\n", a.contender, showRTT(a.rtt), showMultiple(a.ratio))
		for _, r := range p.relays {
			fmt.Fprintf(w, "%24s%s\n", "", a.verdict(r.name, p.conns, rs))
		}
	}
	fmt.Fprintln(w)
}

// verdict says how far the aim was reached at one relay.
func (a aim) verdict(relay string, conns []int, rs results) string {
	var shown []string
	reached := true
	for _, n := range conns {
		ratio, ok := rs.ratio(a.contender, course{relay, a.rtt, n})
		if !ok {
			shown = append(shown, "-")
			continue
		}
		shown = append(shown, showMultiple(ratio))
		reached = reached && ratio >= a.ratio
	}
	word := "reached"
	switch {
	case !slices.ContainsFunc(shown, func(s string) bool { return s != "-" }):
		word = "not measured"
	case !reached:
		word = "missed"
	}
	return fmt.Sprintf("%-12s%-24s%s", relay, strings.Join(shown, "  "), word)
}

func joinInts(ns []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(ns), " ", ", "), "[]")
}
