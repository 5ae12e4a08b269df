package storetest_test

import (
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

var claimFaults = []fault{
	{"only immediate mail is claimed where asked for", faultyStore{want: func(w *queue.Want) { w.ImmediateOnly = false }}},
	{"a batch is limited by number and bytes", faultyStore{want: func(w *queue.Want) { w.Bytes = 1 << 30 }}},
	{"a batch is limited by number and bytes", faultyStore{want: func(w *queue.Want) { w.Mails = 1000 }}},
	{"mail is not claimed before it is due", faultyStore{claimed: func(_ *queue.Batch, wait *time.Duration) { *wait = 0 }}},
	{"a mail to go alone is claimed alone", faultyStore{finish: change(func(f *queue.Finish) { f.Alone = false })}},
}
