package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

var sharedHistory []queue.Attempt // of whoever asked first

var insertFaults = []fault{
	{"mails are inserted all or none", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) (err error) {
			for i := range mails {
				err = errors.Join(err, s.Insert(ctx, mails[i:i+1]))
			}
			return err
		}}},
	{"a context that has ended inserts nothing", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			return s.Insert(context.WithoutCancel(ctx), mails)
		}}},
	{"an Insert can be repeated", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			for _, m := range mails {
				if _, err := s.Get(ctx, m.ID); err == nil {
					return errors.New("it is stored already")
				}
			}
			return s.Insert(ctx, mails)
		}}},
	{"the same mail inserted at once is stored once", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			err := s.Insert(ctx, mails)
			for _, m := range mails {
				m.Duplicate = m.Key != ""
			}
			return err
		}}},
	{"a mail is stored whole", faultyStore{record: func(r *queue.Record) { r.Mail.Meta = nil }}},
	{"a mail is stored whole", faultyStore{claimed: func(b *queue.Batch, _ *time.Duration) { b.Mails[0].Mail.Key = "" }}},
	{"a mail is stored whole", faultyStore{claimed: func(b *queue.Batch, _ *time.Duration) { b.Mails[0].Mail.Transaction = "" }}},
	{"a large mail to many is stored whole", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			cut := *mails[0]
			cut.To = cut.To[:min(len(cut.To), 255)]
			return s.Insert(ctx, []*queue.Mail{&cut})
		}}},
	{"a large mail to many is stored whole", faultyStore{record: func(r *queue.Record) {
		r.Mail.Data = r.Mail.Data[:min(len(r.Mail.Data), 1<<20)]
	}}},
	{"inserting nothing is no error", faultyStore{
		insert: func(_ queue.Store, _ context.Context, mails []*queue.Mail) error {
			return fmt.Errorf("%d mails", len(mails))
		}}},
	{"a store shares no memory with its caller", faultyStore{record: func(r *queue.Record) {
		if len(sharedHistory) == 0 {
			sharedHistory = r.History
		}
		r.History = sharedHistory
	}}},
}
