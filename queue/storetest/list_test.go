package storetest_test

import (
	"github.com/go-mailhost/mailhost/queue"
)

var listFaults = []fault{
	{"a list is paged, newest first", faultyStore{filter: func(_ *queue.Filter, p *queue.Page) { p.Before = "" }}},
	{"a list and a count are filtered by queue and route", faultyStore{filter: func(f *queue.Filter, _ *queue.Page) { f.Route = nil }}},
	{"a mail that is not there is not found", faultyStore{
		get: func(r *queue.Record, err error) (*queue.Record, error) { return r, nil }}},
	{"a list tells what is known of a mail", faultyStore{listed: func(entries []queue.Entry) {
		for i := range entries {
			entries[i].Size = 0
		}
	}}},
	{"a list tells what is known of a mail", faultyStore{listed: func(entries []queue.Entry) {
		for i := range entries {
			entries[i].Sending = false
		}
	}}},
}
