package manage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// An operation is what operators do to mail, as pages name it.
type operation struct {
	Operation queue.Operation
	Label     string // of a button
	Question  string // with how many mails
	Warning   string // what is to be known before, or ""
	Danger    bool   // it cannot be undone
	run       func(*queue.Queue, context.Context, queue.Filter, time.Time) (int, error)
}

// Name is what requests and the log say.
func (o operation) Name() string { return o.Operation.String() }

// AsksTime tells whether it needs to know when.
func (o operation) AsksTime() bool { return o.Operation == queue.OperationReschedule }

var operations = []operation{
	{Operation: queue.OperationRetry, Label: "Retry now", Question: "Send %s now?",
		Warning: "Recipients that were delivered get nothing again. One whose outcome nobody knows may get it twice.",
		run: func(q *queue.Queue, ctx context.Context, f queue.Filter, _ time.Time) (int, error) {
			return q.Retry(ctx, f)
		}},
	{Operation: queue.OperationHold, Label: "Hold", Question: "Hold %s?",
		run: func(q *queue.Queue, ctx context.Context, f queue.Filter, _ time.Time) (int, error) {
			return q.Hold(ctx, f)
		}},
	{Operation: queue.OperationRelease, Label: "Release", Question: "Release %s?",
		run: func(q *queue.Queue, ctx context.Context, f queue.Filter, _ time.Time) (int, error) {
			return q.Release(ctx, f)
		}},
	{Operation: queue.OperationReschedule, Label: "Reschedule", Question: "When is %s to be sent?",
		run: func(q *queue.Queue, ctx context.Context, f queue.Filter, at time.Time) (int, error) {
			return q.Reschedule(ctx, f, at)
		}},
	{Operation: queue.OperationDelete, Label: "Delete", Question: "Delete %s for good?", Danger: true,
		Warning: "This cannot be undone.",
		run: func(q *queue.Queue, ctx context.Context, f queue.Filter, _ time.Time) (int, error) {
			return q.Delete(ctx, f)
		}},
}

// operationNamed returns the operation, or an error that says which there are.
func operationNamed(name string) (operation, error) {
	i := slices.IndexFunc(operations, func(o operation) bool { return o.Name() == name })
	if i < 0 {
		return operation{}, errors.New(`"do" must be retry, hold, release, reschedule or delete`)
	}
	return operations[i], nil
}

// actions returns what the operator may do to mail of the queue.
func (v *visit) actions(state queue.State) (list []operation) {
	if !v.may(Act) {
		return nil
	}
	for _, o := range operations {
		if state == queue.AnyState || o.Operation.Applies(state) {
			list = append(list, o)
		}
	}
	return list
}

const maxAhead = 366 * 24 * time.Hour // that mail can be rescheduled for

// parseAt reads when mail is to be sent: UTC where no zone is given.
func parseAt(text string, now time.Time) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339} {
		at, err := time.Parse(layout, text)
		switch {
		case err != nil:
			continue
		case at.After(now.Add(maxAhead)):
			return at, errors.New(`"at" is more than a year ahead`)
		}
		return at, nil
	}
	return time.Time{}, fmt.Errorf(`"at" must be a time such as %s, in UTC`, now.UTC().Add(time.Hour).Format("2006-01-02T15:04"))
}
