package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// writeTable writes the results at one relay and round trip: a row for each
// contender, with mails a second and the ratio for each number of connections.
func (p *plan) writeTable(w io.Writer, rs results, relay string, rtt time.Duration) {
	fmt.Fprintf(w, "%-22s", "mails/s, ratio")
	for _, n := range p.conns {
		fmt.Fprintf(w, "%20s", connections(n))
	}
	fmt.Fprintln(w)
	for _, who := range p.contenders {
		var row strings.Builder
		fmt.Fprintf(&row, "%-22s", who.name)
		for _, n := range p.conns {
			c := course{relay, rtt, n}
			fmt.Fprintf(&row, "%12s%8s", rs.showRate(who.name, c), rs.showRatio(who.name, c))
		}
		fmt.Fprintln(w, strings.TrimRight(row.String(), " "))
	}
	fmt.Fprintln(w)
}

func showRTT(d time.Duration) string {
	return fmt.Sprintf("%v ms", float64(d)/float64(time.Millisecond))
}

func connections(n int) string {
	if n == 1 {
		return "1 connection"
	}
	return fmt.Sprintf("%d connections", n)
}

func (rs results) showRate(contender string, c course) string {
	rate, ok := rs.rate(contender, c)
	cell := rs[c][contender]
	switch {
	case ok && rate < 100:
		return fmt.Sprintf("%.1f", rate)
	case ok:
		return fmt.Sprintf("%.0f", rate)
	case cell != nil && cell.err != nil:
		return "failed"
	default:
		return "-"
	}
}

func (rs results) showRatio(contender string, c course) string {
	ratio, ok := rs.ratio(contender, c)
	if !ok {
		return ""
	}
	return showMultiple(ratio)
}

func showMultiple(x float64) string {
	if x < 10 {
		return fmt.Sprintf("%.2fx", x)
	}
	return fmt.Sprintf("%.0fx", x)
}
