package postgres

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-mailhost/mailhost/queue"
)

// A Finish is one statement, so the rules that it keeps must be SQL. What is here is
// made by asking those of package queue, so that the two cannot differ.

// settledSQL is [queue.Settled] of a mail that has so many recipients in these states.
func settledSQL(pending, uncertain, failed string) string {
	var cases strings.Builder
	states := []queue.RecipientState{queue.RecipientPending, queue.RecipientUncertain, queue.RecipientFailed}
	for among := range 1 << len(states) {
		var recipients []queue.Recipient
		for i, state := range states {
			if among&(1<<i) != 0 {
				recipients = append(recipients, queue.Recipient{State: state})
			}
		}
		fmt.Fprintf(&cases, " WHEN %d THEN %d", among, queue.Settled(recipients))
	}
	return fmt.Sprintf("CASE (%s > 0)::int + 2 * (%s > 0)::int + 4 * (%s > 0)::int%s END", pending, uncertain, failed, cases.String())
}

// unkeptSQL is [queue.Unkept.Drops], or DropsData, of the columns of an Unkept and the
// column state.
func unkeptSQL(drops func(queue.Unkept, queue.State) bool) string {
	var parts []string
	for _, only := range []struct {
		column string
		unkept queue.Unkept
	}{
		{"unkept_sent", queue.Unkept{Sent: true}},
		{"unkept_failed", queue.Unkept{Failed: true}},
		{"unkept_data", queue.Unkept{Data: true}},
	} {
		if states := statesWhere(func(s queue.State) bool { return drops(only.unkept, s) }); states != "" {
			parts = append(parts, only.column+" AND state IN ("+states+")")
		}
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// countedSQL tells whether a mail in the column state, after a Finish with the column
// attempt, counts in that field of its [queue.Minute].
func countedSQL(field func(m queue.Minute) int) string {
	var parts []string
	for _, attempt := range []bool{false, true} {
		states := statesWhere(func(s queue.State) bool {
			var m queue.Minute
			m.Count(s, attempt)
			return field(m) > 0
		})
		if states != "" {
			parts = append(parts, fmt.Sprintf("attempt = %d AND state IN (%s)", number(attempt), states))
		}
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// statesWhere lists those states that a mail may have after a Finish.
func statesWhere(holds func(queue.State) bool) string {
	var list []string
	for _, s := range queue.States {
		if s != queue.Deferred && s != queue.Held && holds(s) {
			list = append(list, strconv.Itoa(int(s)))
		}
	}
	return strings.Join(list, ", ")
}
