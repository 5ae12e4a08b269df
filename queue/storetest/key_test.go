package storetest_test

import (
	"context"

	"github.com/go-mailhost/mailhost/queue"
)

var keyFaults = []fault{
	{"a key outlives its mail", faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Keys = keep.Sent })}},
	{"a key outlives its mail", faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Keys = forever })}},
	{"a key is kept while its mail is pending or held", faultyStore{
		clean: func(s queue.Store, ctx context.Context, keep queue.Retention) (int, error) {
			held := queue.Filter{State: queue.Held}
			_, _, _ = s.Update(ctx, held, queue.Change{Operation: queue.OperationDelete}, "")
			return s.Clean(ctx, keep)
		}}},
	{"a key is kept while its mail is pending or held", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			_, _ = s.Clean(ctx, queue.Retention{Sent: forever, Failed: forever, Data: forever, Keys: -1})
			for _, m := range mails {
				if mails[0].Key == "deferred" && len(mails) == 1 {
					m.Key = ""
				}
			}
			return s.Insert(ctx, mails)
		}}},
	{"a key is dropped although its mail is kept", faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Keys = forever })}},
	{"a key is dropped although its mail is kept", faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Sent = keep.Keys })}},
}
