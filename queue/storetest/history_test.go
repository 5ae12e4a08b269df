package storetest_test

import (
	"slices"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

var historyFaults = []fault{
	{"an attempt is kept in the history", faultyStore{record: func(r *queue.Record) { r.History = nil }}},
	{"an attempt is kept in the history", faultyStore{record: func(r *queue.Record) {
		for i := range r.History {
			r.History[i].Report.Relay = ""
		}
	}}},
	{"an attempt is kept in the history", faultyStore{record: func(r *queue.Record) {
		for i := range r.History {
			r.History[i].Delivered = 0
		}
	}}},
	{"an attempt that does not count leaves no history", faultyStore{finish: change(func(f *queue.Finish) { f.Attempt = true })}},
	{"a lease that lapsed is kept in the history", faultyStore{record: func(r *queue.Record) {
		r.History = slices.DeleteFunc(r.History, func(a queue.Attempt) bool { return a.Report.Outcome == host.Uncertain })
	}}},
	{"the last attempts are kept in their order", faultyStore{record: func(r *queue.Record) { slices.Reverse(r.History) }}},
	{"the last attempts are kept in their order", faultyStore{record: func(r *queue.Record) {
		r.History = r.History[max(0, len(r.History)-queue.HistoryLength+1):]
	}}},
}
