package storetest_test

import (
	"context"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

const (
	forever       = time.Duration(1 << 62)
	keyOutlives   = "a key outlives its mail"
	keyDropped    = "a key is dropped although its mail is kept"
	keptForAWhile = "what is settled is kept for some time"
)

var cleanFaults = []fault{
	{"what is settled is kept for as long as it should be", faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Sent = -1 })}},
	{"what is settled is kept for as long as it should be", faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Data = -1 })}},
	{"sent mail is dropped when it has been kept", faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Sent = forever })}},
	{"sent mail is dropped when it has been kept", faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Failed = keep.Sent })}},
	{"failed and uncertain mail is dropped when it has been kept", faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Failed = keep.Sent })}},
	{"failed and uncertain mail is dropped when it has been kept", faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Sent = keep.Failed })}},
	{"the data of sent mail is dropped when it has been kept", faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Data = forever })}},
	{"the data of sent mail is dropped when it has been kept", faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Sent = keep.Data })}},
	{"the data of sent mail is dropped when it has been kept", faultyStore{record: func(r *queue.Record) { r.Size = len(r.Mail.Data) }}},
	{keptForAWhile, faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Data *= 1e6 })}},
	{keptForAWhile, faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Failed *= 1e6 })}},
	{keptForAWhile, faultyStore{clean: cleaned(func(keep *queue.Retention) { keep.Failed = -1 })}},
	{"a clean-up is done in small batches", faultyStore{
		clean: func(s queue.Store, ctx context.Context, keep queue.Retention) (int, error) {
			for total := 0; ; {
				n, err := s.Clean(ctx, keep)
				if total += n; n == 0 {
					return total, err
				}
			}
		}}},
	{"a clean-up is done in small batches", faultyStore{
		clean: func(s queue.Store, ctx context.Context, keep queue.Retention) (int, error) {
			_, err := s.Clean(ctx, keep)
			return 0, err
		}}},
}
