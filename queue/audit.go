package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// An Audit is one line of the log of what operators did.
type Audit struct {
	Number int64     // rises from line to line; set by the store
	At     time.Time // by the store's clock; set by the store
	Who    string    // the operator; "" is the application itself
	What   string    // retry, hold, release, delete, reschedule, pause, resume, or another's word
	Which  string    // the mails: the filter, as its String gives it; of pause and resume the route
	Mails  int       // how many mails it was done to
	Error  string    // what went wrong, "" where nothing did
}

// Audit adds a line to the log of what operators did, in which Retry, Hold, Release,
// Delete, Reschedule, Pause and Resume record themselves. Where Who is empty, it is the
// operator of ctx. Each text is cut to 1,000 bytes, and what cannot be shown in one line
// becomes a space. Number and At are set by the store.
func (q *Queue) Audit(ctx context.Context, line Audit) error {
	ctx, end, err := q.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	return q.audit(ctx, line)
}

func (q *Queue) audit(ctx context.Context, line Audit) error {
	if line.Who == "" {
		line.Who, _ = ctx.Value(operatorKey{}).(string)
	}
	for _, text := range []*string{&line.Who, &line.What, &line.Which, &line.Error} {
		*text = oneLine(*text)
	}
	if err := q.store.Audit(ctx, line); err != nil {
		return fmt.Errorf("queue: record in the audit log: %w", err)
	}
	return nil
}

// Audits returns a page of the log of what operators did, newest first: lines with
// numbers below before, 0 being the first page. A size of 0 is 50; 500 is the most.
func (q *Queue) Audits(ctx context.Context, before int64, size int) ([]Audit, error) {
	return read(ctx, q, func(ctx context.Context) ([]Audit, error) { return q.store.Audits(ctx, before, size) })
}

type operatorKey struct{}

// WithOperator returns a context under which what is done to a queue is recorded in its
// audit log as done by the operator of that name.
func WithOperator(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, operatorKey{}, name)
}

// audited records what was done, and how it ended, also where ctx has ended meanwhile.
// It returns err, and with it what kept it from being recorded.
func (q *Queue) audited(ctx context.Context, line Audit, err error) error {
	if err != nil {
		line.Error = err.Error()
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(q.abandoned, cancel)()
	if unrecorded := q.audit(ctx, line); unrecorded != nil {
		return errors.Join(err, unrecorded)
	}
	return err
}

// oneLine makes a text fit for a log and a page, as the texts of a [host.Report] are.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(cut(s, maxWords), "\uFFFD"))
	return strings.TrimSpace(cut(s, maxWords))
}
