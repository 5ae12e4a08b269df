package manage

import (
	"context"
	"errors"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

const (
	tallyTime = 2 * time.Second // for the store to count all
	leastTime = time.Second     // for what was not counted then: at least so many
)

// A tally is how many mails an operation is going to change.
type tally struct {
	Mails  int
	Passed int  // that it does nothing to, for they stand in another queue
	Least  bool // there may be more
}

// Words names the number.
func (t tally) Words() string {
	if t.Least {
		return "at least " + plural(t.Mails, "mail")
	}
	return plural(t.Mails, "mail")
}

func (t *tally) add(o queue.Operation, state queue.State, n int) {
	if o.Applies(state) {
		t.Mails += n
	} else {
		t.Passed += n
	}
}

// tally counts what the filter matches; where that takes too long, a part of it.
func (v *visit) tally(filter queue.Filter, o queue.Operation) (tally, error) {
	var t tally
	ctx, cancel := context.WithTimeout(v.ctx(), tallyTime)
	defer cancel()
	counts, err := v.queue.Count(ctx, filter)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) && v.ctx().Err() == nil {
		return v.least(filter, o)
	}
	for state, n := range counts {
		t.add(o, state, n)
	}
	return t, err
}

// least counts for a while.
func (v *visit) least(filter queue.Filter, o queue.Operation) (tally, error) {
	t := tally{Least: true}
	next := ""
	for start := time.Now(); time.Since(start) < leastTime; {
		entries, more, err := v.queue.Search(v.ctx(), filter, queue.Page{Before: next, Size: searchSize})
		if err != nil {
			return t, err
		}
		for _, e := range entries {
			t.add(o, e.State, 1)
		}
		if next = more; next == "" {
			t.Least = false
			break
		}
	}
	return t, nil
}
