package main

import (
	"fmt"
	"io"
	"math"
)

// An aim is a bound on what is measured.
type aim struct {
	text  string
	bound float64
	least bool // the bound is the least that reaches the aim, not the most
	show  func(float64) string
	of    func(sections) (float64, bool)
}

var aims = []aim{
	{"commits by 64 goroutines, to plain SQLite's", 3, true, showMultiple, func(ss sections) (float64, bool) {
		return quotient(ss.value("commit", goroutines(64), 0))(ss.value("commit", plainSQLite, 0))
	}},
	{"mails sent to smtp-sink, to Postfix's", 8, true, showMultiple, func(ss sections) (float64, bool) {
		if s := ss.find("sending"); s != nil {
			return s.ratio(queueTo("smtp-sink"))
		}
		return 0, false
	}},
	{"p99 of immediate mail under bulk, to idle", 3, false, showMultiple, func(ss sections) (float64, bool) {
		return quotient(ss.value("immediate", underBulk, 1))(ss.value("immediate", idle, 1))
	}},
	postgresAim(1),
	postgresAim(2),
	postgresAim(3),
	{"opening the backlog", 1000, false, showMillis, backlogValue(opened)},
	{"a claim of 100 from it", 20, false, showMillis, backlogValue(claimed)},
	{"memory of a process that did so", 150, false, showMegabytes, backlogValue(resident)},
}

// postgresAim is about what n nodes send from PostgreSQL.
func postgresAim(n int) aim {
	text := "mails sent from PostgreSQL, " + senders(n) + ", to River's"
	return aim{text, 1.5, true, showMultiple, func(ss sections) (float64, bool) {
		if s := ss.find("postgres-sending"); s != nil {
			return s.ratio(systemRow(queueSystem, senders(n)))
		}
		return 0, false
	}}
}

func backlogValue(figure int) func(sections) (float64, bool) {
	return func(ss sections) (float64, bool) { return ss.value("backlog", freshProcess, figure) }
}

// quotient divides two values that may not have been measured.
func quotient(a float64, measured bool) func(b float64, measured bool) (float64, bool) {
	return func(b float64, too bool) (float64, bool) {
		if !measured || !too || b == 0 {
			return 0, false
		}
		return a / b, true
	}
}

// writeAims holds the results against the aims.
func writeAims(w io.Writer, ss sections) {
	fmt.Fprintln(w, "Aims:")
	for _, a := range aims {
		fmt.Fprintln(w, a.verdict(ss))
	}
}

func (a aim) verdict(ss sections) string {
	bound := "at most "
	if a.least {
		bound = "at least "
	}
	shown, word := "-", "not measured"
	if got, ok := a.of(ss); ok && !math.IsNaN(got) {
		shown, word = a.show(got), "missed"
		if a.least && got >= a.bound || !a.least && got <= a.bound {
			word = "reached"
		}
	}
	return fmt.Sprintf("%-51s%-20s%12s  %s", a.text, bound+a.show(a.bound), shown, word)
}
