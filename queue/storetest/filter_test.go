package storetest_test

import (
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

const (
	oneByOne = "a filter's conditions are met one by one"
	together = "a filter's conditions are met all at once"
	byTime   = "a filter matches by when a mail was committed"
)

// listBy makes a faulty store whose List understands filters differently.
func listBy(f func(f *queue.Filter)) faultyStore {
	return faultyStore{filter: func(filter *queue.Filter, _ *queue.Page) { f(filter) }}
}

var filterFaults = []fault{
	{oneByOne, listBy(func(f *queue.Filter) {
		if len(f.IDs) == 0 {
			f.IDs = nil
		}
	})},
	{oneByOne, listBy(func(f *queue.Filter) { f.Lane = nil })},
	{oneByOne, listBy(func(f *queue.Filter) { f.To = "" })},
	{oneByOne, listBy(func(f *queue.Filter) { f.To = strings.Trim(f.To, "%") })},
	{oneByOne, listBy(func(f *queue.Filter) { f.To = strings.TrimPrefix(f.To, "@") })},
	{oneByOne, listBy(func(f *queue.Filter) {
		if len(f.Words) > 1 {
			f.Words = f.Words[:1]
		}
	})},
	{oneByOne, listBy(func(f *queue.Filter) { f.Transaction = "" })},
	{oneByOne, listBy(func(f *queue.Filter) { f.From = "" })},
	{oneByOne, listBy(func(f *queue.Filter) { f.Subject = "" })},
	{oneByOne, listBy(func(f *queue.Filter) { f.Subject = strings.ReplaceAll(f.Subject, "_", " ") })},
	{oneByOne, listBy(func(f *queue.Filter) { f.Last = "" })},
	{oneByOne, listBy(func(f *queue.Filter) { f.Meta = nil })},
	{oneByOne, listBy(func(f *queue.Filter) {
		if f.Meta["order"] == "7" {
			f.Meta = map[string]string{"order": "7"}
		}
	})},
	{oneByOne, listBy(func(f *queue.Filter) {
		if f.All {
			*f = queue.Filter{}
		}
	})},
	{oneByOne, faultyStore{count: func(f *queue.Filter) { f.To = "" }}},
	{oneByOne, faultyStore{update: updated(func(u *update) { u.Subject = "" })}},
	{together, listBy(func(f *queue.Filter) { f.State = queue.AnyState })},
	{together, listBy(func(f *queue.Filter) {
		if f.Meta != nil {
			*f = queue.Filter{}
		}
	})},
	{together, faultyStore{update: updated(func(u *update) { u.Last = "" })}},
	{byTime, listBy(func(f *queue.Filter) { f.Since = time.Time{} })},
	{byTime, listBy(func(f *queue.Filter) { f.Until = time.Time{} })},
	{byTime, listBy(func(f *queue.Filter) { f.Since = f.Since.Add(1) })},
	{byTime, listBy(func(f *queue.Filter) { f.Until = f.Until.Add(1) })},
	{byTime, listBy(func(f *queue.Filter) {
		if f.Until.Year() > 9999 {
			f.Until = time.UnixMicro(-1)
		}
	})},
	{byTime, faultyStore{update: updated(func(u *update) { u.Until = time.Time{} })}},
}
