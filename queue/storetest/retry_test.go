package storetest_test

import (
	"context"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

const revives = "retry revives the recipients that were not delivered, and no others"

// claimEverybody makes a fault of claim: what was tried before is tried again
// for all its recipients.
func claimEverybody(s queue.Store, ctx context.Context, want queue.Want) (*queue.Batch, time.Duration, error) {
	batch, wait, err := s.Claim(ctx, want)
	if batch != nil {
		for i := range batch.Mails {
			record, _ := s.Get(ctx, batch.Mails[i].ID)
			batch.Mails[i].Pending, batch.Mails[i].Mail.To = record.Recipients, record.Mail.To
		}
	}
	return batch, wait, err
}

var retryFaults = []fault{
	{revives, faultyStore{claim: claimEverybody}},
	{revives, only(queue.OperationRetry, queue.Failed)},
	{revives, instead(queue.OperationRetry, queue.OperationReschedule)},
	{revives, faultyStore{claimed: func(b *queue.Batch, _ *time.Duration) {
		if b != nil {
			b.Mails[0].Pending[0].Last.Text = ""
		}
	}}},
	{"retry does nothing to a mail that all recipients have", faultyStore{update: countMatched}},
	{"a retried mail that may have been delivered is claimed alone", faultyStore{claim: claimTwice}},
	{"a retried mail that may have been delivered is claimed alone", faultyStore{finish: change(func(f *queue.Finish) {
		for i := range f.Recipients {
			f.Recipients[i].Last.Outcome = host.Unsent
		}
	})}},
	{"reschedule revives nobody", instead(queue.OperationReschedule, queue.OperationRetry)},
	{"retry and reschedule make due when they say", faultyStore{update: updated(func(u *update) { u.In = 0 })}},
	{"retry and reschedule make due when they say", faultyStore{update: updated(func(u *update) { u.In = u.In.Abs() })}},
	{"retry and reschedule lengthen a mail's life, never shorten it", faultyStore{update: updated(func(u *update) { u.Lifetime = 0 })}},
	{"retry and reschedule lengthen a mail's life, never shorten it", faultyStore{update: updated(func(u *update) { u.Lifetime *= 100 })}},
	{"retry and reschedule lengthen a mail's life, never shorten it", faultyStore{update: updated(func(u *update) {
		u.Lifetime -= max(0, u.In) // counted from now
	})}},
}
