package storetest_test

import (
	"context"

	"github.com/go-mailhost/mailhost/queue"
)

var duplicateFaults = []fault{
	{"the same key and recipients are a duplicate", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			err := s.Insert(ctx, mails)
			for _, m := range mails {
				m.Duplicate = false
			}
			return err
		}}},
	{"a mail that was sent has duplicates still", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			_, _ = s.Clean(ctx, queue.Retention{Sent: forever, Data: forever, Failed: forever, Keys: -1})
			return s.Insert(ctx, mails)
		}}},
	{"of the duplicates inserted at once one is stored", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			err := s.Insert(ctx, mails)
			mails[0].Duplicate = false
			return err
		}}},
}
