package queue

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// errNoFilter keeps a filter that somebody forgot to fill in from changing
// everything.
var errNoFilter = errors.New("queue: the filter is empty: say which mail is meant, or Filter{All: true} for all")

// Retry makes deferred, failed and uncertain mail due now, for its recipients
// that were not delivered, and gives it Config.Lifetime from now at least. Mail
// that may have been delivered may thus be delivered twice.
//
// Retry, Hold, Release, Delete and Reschedule change what the filter matches, in
// batches of some hundreds, and return how many mails they changed: those that
// stand in another queue, or are being sent, are passed over. An error may leave
// a part changed; n says how many. A zero Filter is an error.
func (q *Queue) Retry(ctx context.Context, filter Filter) (n int, err error) {
	return q.operate(ctx, "retry", filter, func() Change {
		return Change{Operation: OperationRetry, Lifetime: q.cfg.Lifetime}
	})
}

// Hold stops outgoing and deferred mail until it is released.
func (q *Queue) Hold(ctx context.Context, filter Filter) (n int, err error) {
	return q.operate(ctx, "hold", filter, func() Change { return Change{Operation: OperationHold} })
}

// Release puts held mail back to where it stood.
func (q *Queue) Release(ctx context.Context, filter Filter) (n int, err error) {
	return q.operate(ctx, "release", filter, func() Change { return Change{Operation: OperationRelease} })
}

// Delete removes mail from whichever queue, for good. Its Key counts on.
func (q *Queue) Delete(ctx context.Context, filter Filter) (n int, err error) {
	return q.operate(ctx, "delete", filter, func() Change { return Change{Operation: OperationDelete} })
}

// Reschedule makes outgoing and deferred mail due at that time, by this
// machine's clock, and gives it Config.Lifetime from then at least. A time in the
// past is now.
func (q *Queue) Reschedule(ctx context.Context, filter Filter, at time.Time) (n int, err error) {
	if at.IsZero() {
		return 0, errors.New("queue: reschedule to the zero time: use time.Now() for at once")
	}
	return q.operate(ctx, "reschedule", filter, func() Change {
		return Change{Operation: OperationReschedule, In: time.Until(at), Lifetime: q.cfg.Lifetime}
	})
}

// operate changes what the filter matches, and takes it down in the audit log.
func (q *Queue) operate(ctx context.Context, what string, filter Filter, change func() Change) (n int, err error) {
	if filter.empty() {
		return 0, errNoFilter
	}
	ctx, end, err := q.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	n, err = q.update(ctx, what, filter, change)
	return n, q.audited(ctx, Audit{What: what, Which: filter.String(), Mails: n}, err)
}

// update changes one batch after the other.
func (q *Queue) update(ctx context.Context, what string, filter Filter, change func() Change) (n int, err error) {
	for after := ""; ; {
		c := change()
		changed, next, err := q.store.Update(ctx, filter, c, after)
		n += changed
		progress(ctx, n)
		if changed > 0 && c.Operation != OperationHold && c.Operation != OperationDelete {
			q.Signal() // it may be due
		}
		if err != nil {
			return n, fmt.Errorf("queue: %s, after %d mails: %w", what, n, err)
		}
		if next == "" {
			return n, nil
		}
		after = next
	}
}
