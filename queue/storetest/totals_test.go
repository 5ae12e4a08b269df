package storetest_test

import (
	"slices"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

const (
	byPlace    = "totals count by queue and lane"
	hasWaited  = "totals tell how long mail has been waiting"
	eachMinute = "totals count what came and went in each minute"
)

// told makes a faulty store that tells other totals.
func told(f func(t *queue.Totals)) faultyStore { return faultyStore{totals: f} }

// beats makes a fault of totals from one in a heartbeat.
func beats(f func(b *queue.Heartbeat)) faultyStore {
	return told(func(t *queue.Totals) {
		for i := range t.Mailers {
			f(&t.Mailers[i])
		}
	})
}

var totalsFaults = []fault{
	{"an empty store has no totals", told(func(t *queue.Totals) { t.Queues = append(t.Queues, queue.Total{State: queue.Sent}) })},
	{"an empty store has no totals", told(func(t *queue.Totals) { t.Minutes = append(t.Minutes, queue.Minute{At: t.Now}) })},
	{byPlace, told(func(t *queue.Totals) { t.Queues = t.Queues[1:] })},
	{byPlace, told(func(t *queue.Totals) { t.Queues[0].Lane = queue.Normal; t.Queues[0].Oldest = t.Now })},
	{byPlace, told(func(t *queue.Totals) {
		for i := range t.Queues {
			t.Queues[i].Lane = queue.Normal
		}
	})},
	{hasWaited, told(func(t *queue.Totals) { t.Waiting = 0 })},
	{hasWaited, told(func(t *queue.Totals) { t.Waiting = max(t.Waiting, time.Hour) })},
	{hasWaited, faultyStore{update: updated(func(u *update) { u.IDs = nil; u.State = queue.Deferred })}},
	{eachMinute, told(func(t *queue.Totals) { t.Minutes[0].In++ })},
	{eachMinute, told(func(t *queue.Totals) { t.Minutes = slices.Concat(t.Minutes, t.Minutes) })},
	{eachMinute, told(func(t *queue.Totals) { t.Minutes = append(t.Minutes, queue.Minute{At: t.Now.Truncate(time.Minute)}) })},
	{eachMinute, told(func(t *queue.Totals) { t.Minutes[0].At = t.Minutes[0].At.Add(time.Millisecond) })},
	{eachMinute, faultyStore{finish: change(func(f *queue.Finish) { f.Attempt = true })}},
	{eachMinute, faultyStore{finish: change(func(f *queue.Finish) { f.Failed = "" })}},
}
