// Package walk goes through a store's mail from the newest to the oldest, for as long
// as a queue.Store's Search may take.
package walk

import (
	"context"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

const (
	firstStretch = 500                   // mails that a walk looks at in one go, at first
	maxStretch   = 100_000               // and at last
	searchTime   = 40 * time.Millisecond // after which a walk goes no further
)

// NewestID sorts after every id: a walk from the beginning goes on below it.
const NewestID = "\U0010ffff"

// A Walker looks at a stretch of the mail.
type Walker interface {
	// End returns the id of the last of so many mails below an id, "" where there are
	// not so many.
	End(ctx context.Context, before string, stretch int) (last string, err error)

	// Matching returns what is found below an id and not below last, newest first.
	Matching(ctx context.Context, before, last string, limit int) ([]queue.Entry, error)
}

// Search walks, from below an id and since begin, until it has found enough, has come to
// the end, or has taken its time. It returns what queue.Store's Search does. As it does
// not know what looking at a mail costs, it goes further and further for as long as that
// is fast.
func Search(ctx context.Context, w Walker, begin time.Time, before string, limit int) (found []queue.Entry, next string, err error) {
	for stretch := firstStretch; ; stretch = min(2*stretch, maxStretch) {
		last, err := w.End(ctx, before, stretch)
		if err != nil {
			return nil, "", err
		}
		entries, err := w.Matching(ctx, before, last, limit-len(found))
		if err != nil {
			return nil, "", err
		}
		found = append(found, entries...)
		switch {
		case len(found) >= limit:
			return found, found[limit-1].ID, nil
		case last == "":
			return found, "", nil
		}
		before = last
		if took := time.Since(begin); 3*took > searchTime { // the next stretch takes twice as long as this one
			return found, last, nil
		}
	}
}
