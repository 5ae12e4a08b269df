package main

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/host/hosttest"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag"
)

//go:embed templates
var files embed.FS

// A site is the shop: its pages, and the road that their mail takes.
type site struct {
	pages    *tag.Set
	previews http.Handler // of all mails
	queue    *queue.Queue
	smtp     *host.SMTP
	inbox    *hosttest.Server // nil where mail goes to another server
	wait     time.Duration    // of mail marked "defer"
	log      *slog.Logger
}

// openSite opens the mail store and starts the mailer.
func openSite(opts options, log *slog.Logger) (*site, error) {
	s := &site{smtp: &host.SMTP{Addr: opts.relay}, wait: opts.wait, log: log}
	var err error
	if s.pages, err = tag.ParseFS(files, "templates/*.html"); err != nil {
		return nil, err
	}
	if s.previews, err = previews(s.pages); err != nil {
		return nil, err
	}
	if opts.relay == "" {
		s.inbox = &hosttest.Server{Keep: keptMails}
		if err := s.inbox.Start(); err != nil {
			return nil, err
		}
		s.smtp.Addr = s.inbox.Addr
	}
	if s.queue, err = openQueue(opts, s.smtp, log); err != nil {
		return nil, errors.Join(err, s.closeInbox())
	}
	return s, nil
}

func openQueue(opts options, h host.Host, log *slog.Logger) (*queue.Queue, error) {
	store, err := opts.place().open()
	if err != nil {
		return nil, err
	}
	q, err := queue.Open(store, h, queue.Config{
		// A visitor watches: these are shorter than a shop in earnest needs.
		Interval: time.Second,
		Defer:    opts.wait,
		Lease:    10 * time.Second,
		Logger:   log,
	})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return q, nil
}

// close lets the mail that is in flight finish, until ctx ends.
func (s *site) close(ctx context.Context) error {
	return errors.Join(s.queue.Close(ctx), s.smtp.Close(), s.closeInbox())
}

func (s *site) closeInbox() error {
	if s.inbox == nil {
		return nil
	}
	return s.inbox.Close()
}
