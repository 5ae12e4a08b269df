package hosttest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-smtp"
)

// A Mail is what the server received in one transaction.
type Mail struct {
	From string   // reverse-path; "" is the null sender. Quoted local parts have lost their quotes
	To   []string // forward-paths that were accepted, in the same form
	Data []byte   // the message as its sender gave it, without dot-stuffing
	At   time.Time
	Conn int // the number of the connection that carried it, from 1
}

const maxKeptBytes = 64 << 20

// receive keeps a mail, unless the server was closed while it came in.
func (s *Server) receive(r *run, m Mail) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.run != r {
		return &smtp.SMTPError{Code: 421, Message: "closing"}
	}
	m.At = time.Now()
	s.mails = append(s.mails, m)
	s.bytes += len(m.Data)
	s.received++
	for len(s.mails) > cmp.Or(s.Keep, 1000) || s.bytes > maxKeptBytes {
		s.bytes -= len(s.mails[0].Data)
		s.mails = slices.Delete(s.mails, 0, 1)
	}
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
	return nil
}

// Mails returns the mails that are kept, the oldest first. The caller must not
// change their contents.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// Wait returns what Mails does, as soon as the server has received n mails in
// all, those counted that it no longer keeps. When ctx ends first it returns
// an error.
func (s *Server) Wait(ctx context.Context, n int) ([]Mail, error) {
	for {
		received, changed := s.watch()
		if received >= n {
			return s.Mails(), nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("hosttest: %d of %d mails came in: %w", received, n, ctx.Err())
		}
	}
}

// watch returns how many mails were received, and a channel that is closed
// when there is another.
func (s *Server) watch() (int, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.received, s.changed
}
