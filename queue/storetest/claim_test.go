package storetest_test

import (
	"context"
	"slices"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// claimTwice makes a fault of claim: two batches are one.
func claimTwice(s queue.Store, ctx context.Context, want queue.Want) (*queue.Batch, time.Duration, error) {
	batch, wait, err := s.Claim(ctx, want)
	if batch == nil {
		return batch, wait, err
	}
	if more, _, _ := s.Claim(ctx, want); more != nil {
		batch.Mails = append(batch.Mails, more.Mails...)
	}
	return batch, wait, err
}

var claimFaults = []fault{
	{"only immediate mail is claimed where asked for", faultyStore{want: func(w *queue.Want) { w.ImmediateOnly = false }}},
	{"a batch is limited by number and bytes", faultyStore{want: func(w *queue.Want) { w.Bytes = 1 << 30 }}},
	{"a batch is limited by number and bytes", faultyStore{want: func(w *queue.Want) { w.Mails = 1000 }}},
	{"mail is not claimed before it is due", faultyStore{claimed: func(_ *queue.Batch, wait *time.Duration) { *wait = 0 }}},
	{"a mail to go alone is claimed alone", faultyStore{finish: change(func(f *queue.Finish) { f.Alone = false })}},
	{"mail is claimed by lane, then due, then id", faultyStore{claimed: func(b *queue.Batch, _ *time.Duration) { slices.Reverse(b.Mails) }}},
	{"a batch is of one route", faultyStore{claimed: func(b *queue.Batch, _ *time.Duration) { b.Route = "a" }}},
	{"a batch's limit holds across lanes", faultyStore{claim: claimTwice}},
	{"a claim has the pending recipients only", faultyStore{claim: claimEverybody}},
	{"many that claim at once claim each mail once", faultyStore{want: func(w *queue.Want) { w.Lease = 0 }}},
}
