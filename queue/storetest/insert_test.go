package storetest_test

import (
	"context"
	"errors"

	"github.com/go-mailhost/mailhost/queue"
)

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
	{"the same key and recipients are a duplicate", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			err := s.Insert(ctx, mails)
			for _, m := range mails {
				m.Duplicate = false
			}
			return err
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
}
