package storetest_test

import (
	"slices"

	"github.com/go-mailhost/mailhost/queue"
)

const (
	eachOnce      = "searches, one after the other, find each mail once"
	beginsBelow   = "a search begins below an id"
	ofTransaction = "a search finds the mails of a transaction"
)

// search makes a faulty store that searches otherwise.
func search(f func(page queue.Page, entries *[]queue.Entry, next *string)) faultyStore {
	return faultyStore{searched: f}
}

var searchFaults = []fault{
	{eachOnce, search(func(_ queue.Page, entries *[]queue.Entry, next *string) {
		if len(*entries) == 0 {
			*next = "" // it gives up
		}
	})},
	{eachOnce, search(func(_ queue.Page, entries *[]queue.Entry, next *string) {
		if n := len(*entries); n > 1 {
			*entries = (*entries)[:n-1] // one gets lost between two pages
		}
	})},
	{eachOnce, search(func(page queue.Page, entries *[]queue.Entry, next *string) {
		if n := len(*entries); n > 0 && *next != "" {
			*next = (*entries)[0].ID // the rest of them is found again
		}
	})},
	{eachOnce, search(func(page queue.Page, _ *[]queue.Entry, next *string) { *next = page.Before })}, // it does not go on
	{eachOnce, search(func(_ queue.Page, entries *[]queue.Entry, _ *string) { slices.Reverse(*entries) })},
	{eachOnce, listBy(func(f *queue.Filter) { f.Words = nil })},
	{eachOnce, listBy(func(f *queue.Filter) { f.IDs = nil })},
	{beginsBelow, faultyStore{filter: func(_ *queue.Filter, p *queue.Page) { p.Before = "" }}},
	{beginsBelow, search(func(_ queue.Page, entries *[]queue.Entry, next *string) {
		if len(*entries) == 0 {
			*next = "0"
		}
	})},
	{ofTransaction, listBy(func(f *queue.Filter) { f.Transaction = "" })},
	{ofTransaction, faultyStore{count: func(f *queue.Filter) { f.Transaction = "" }}},
	{ofTransaction, faultyStore{update: updated(func(u *update) { u.Transaction = "" })}},
}
