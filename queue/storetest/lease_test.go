package storetest_test

import (
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

var leaseFaults = []fault{
	{"a mail whose lease lapsed is claimed alone", faultyStore{claim: claimTwice}},
	{"a lease keeps others off", faultyStore{want: func(w *queue.Want) { w.Lease = 0 }}},
	{"a lease that lapsed is taken over", faultyStore{claimed: func(b *queue.Batch, _ *time.Duration) {
		if b != nil {
			b.Mails[0].Lapsed = false
		}
	}}},
	{"a lease can be extended", faultyStore{extend: func([]queue.Lease) []queue.Lease { return nil }}},
	{"a lease that was lost is not extended", faultyStore{extend: func(leases []queue.Lease) []queue.Lease {
		return append(leases, queue.Lease{ID: leases[0].ID, Fence: leases[0].Fence + 1})
	}}},
}
