package txn

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// Direct returns a Committer that sends at Commit, by h and without a queue: for
// commands and tests that must know at once, not for pages, which would wait for the
// relay. Commit succeeds when every recipient's mail was taken. Where one is refused,
// or the relay cannot be reached, or it is uncertain whether it has taken the mail,
// no further mail is begun and Commit fails with a *[DirectError], which lists what
// had left by then: nothing can call that back.
//
// Before anything is sent, Commit refuses mail that is to leave later (NotBefore in
// the future), that has expired, or that has a Key, for Direct remembers nothing.
// A mail is tried once, so Once is kept; the Lane is of no account, nor are Subject and
// Meta. Mails without an ID get one.
func Direct(h host.Host) Committer { return direct{h} }

type direct struct{ host host.Host }

func (d direct) Commit(ctx context.Context, mails ...*queue.Mail) error {
	if d.host == nil {
		return errors.New("txn: Direct was given no Host")
	}
	for i, m := range mails {
		if err := sendable(m, time.Now()); err != nil {
			return fmt.Errorf("txn: mail %d of %d cannot be sent directly: %w", i+1, len(mails), err)
		}
	}
	s := newSending(mails)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	d.host.Send(ctx, s.batch, func(i int, reports []host.Report) {
		if !s.note(i, reports) {
			stop()
		}
	})
	return s.result()
}

// sendable returns why a mail cannot be sent at once.
func sendable(m *queue.Mail, now time.Time) error {
	switch {
	case m == nil:
		return errors.New("it is nil")
	case len(m.To) == 0:
		return errors.New("it has no recipient")
	case m.NotBefore.After(now):
		return fmt.Errorf("it is to leave at %s: that takes a queue", m.NotBefore.Format(time.RFC3339))
	case !m.Expires.IsZero() && !m.Expires.After(now):
		return fmt.Errorf("it expired at %s", m.Expires.Format(time.RFC3339))
	case m.Key != "":
		return fmt.Errorf("it has the Key %q, which takes a queue that remembers it", m.Key)
	}
	if err := host.CheckData(m.Data); err != nil {
		return err
	}
	if m.From != "" { // the null reverse-path, RFC 5321 section 4.5.5
		if _, err := host.ParseMailbox(m.From); err != nil {
			return fmt.Errorf("reverse-path: %w", err)
		}
	}
	for i, to := range m.To {
		if _, err := host.ParseMailbox(to); err != nil {
			return fmt.Errorf("recipient %d of %d: %w", i+1, len(m.To), err)
		}
	}
	return nil
}

// A sending is what one Commit sends and what became of it.
type sending struct {
	mails   []*queue.Mail
	batch   []*host.Envelope
	reports [][]host.Report // by mail and recipient
}

func newSending(mails []*queue.Mail) *sending {
	s := &sending{mails: mails, reports: make([][]host.Report, len(mails))}
	for i, m := range mails {
		if m.ID == "" {
			m.ID = queue.NewID()
		}
		s.batch = append(s.batch, &m.Envelope)
		for _, to := range m.To {
			s.reports[i] = append(s.reports[i], host.Report{To: to, Outcome: host.Unsent, Text: "not tried"})
		}
	}
	return s
}

// note keeps the reports of a mail and tells whether all its recipients have it.
func (s *sending) note(i int, reports []host.Report) (all bool) {
	copy(s.reports[i], reports)
	for _, r := range s.reports[i] {
		if r.Outcome != host.Delivered {
			return false
		}
	}
	return true
}

func (s *sending) result() error {
	e := &DirectError{}
	for i, reports := range s.reports {
		for _, r := range reports {
			e.add(Delivery{s.mails[i], r})
		}
	}
	if len(e.Failed)+len(e.Uncertain)+len(e.Unsent) == 0 {
		return nil
	}
	return e
}
