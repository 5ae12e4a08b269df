package hosttest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// A Mail is what the server received in one transaction: it has read the last
// byte and not refused it.
type Mail struct {
	From string   // reverse-path; "" is the null sender. Quoted local parts have lost their quotes
	To   []string // forward-paths that were accepted, in the same form
	Data []byte   // the message as its sender gave it, without dot-stuffing
	At   time.Time
	Conn int // the number of the connection that carried it, from 1

	// Verdict is the reply that the sender got, such as "250 2.0.0 OK: queued".
	// It is "" while none was said, and where a fault has kept it back: the
	// sender then cannot know whether the mail has arrived.
	Verdict string

	Chunked bool              // came by BDAT, not by DATA
	TLS     bool              // came through TLS
	User    string            // who had logged in, or ""
	UTF8    bool              // SMTPUTF8 was asked for (RFC 6531)
	Body    string            // BODY, or "" (RFC 6152)
	Size    int64             // SIZE, or 0 (RFC 1870)
	EnvID   string            // ENVID, decoded, or "" (RFC 3461)
	Ret     string            // RET, or ""
	Notify  map[string]string // NOTIFY by recipient, such as "FAILURE,DELAY"; nil where none had it
}

const maxKeptBytes = 64 << 20

// receive keeps a mail and counts the verdict on it.
func (s *Server) receive(r *run, m *Mail, verdict string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.keep(r, m); err != nil {
		return err
	}
	s.judged(m, verdict)
	return nil
}

// receiveThen keeps a mail before what a fault does to its verdict.
func (s *Server) receiveThen(r *run, m *Mail, verdict string, fault func() error) error {
	s.mu.Lock()
	err := s.keep(r, m)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	if err = fault(); err != nil {
		verdict = ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.judged(m, verdict)
	return err
}

// keep keeps a mail, unless the server was closed while it came in. s.mu is held.
func (s *Server) keep(r *run, m *Mail) error {
	if s.run != r {
		return &smtp.SMTPError{Code: 421, Message: "closing"}
	}
	m.At = time.Now()
	s.mails = append(s.mails, m)
	s.bytes += len(m.Data)
	s.counts.Mails++
	for len(s.mails) > cmp.Or(s.Keep, 1000) || s.bytes > maxKeptBytes {
		s.bytes -= len(s.mails[0].Data)
		s.mails = slices.Delete(s.mails, 0, 1)
	}
	s.change()
	return nil
}

func (s *Server) judged(m *Mail, verdict string) {
	m.Verdict = verdict
	s.countVerdict(codeOf(verdict))
}

// verdictOf returns what the client hears of a mail that was not refused, or ""
// where it is no verdict.
func verdictOf(f *Fault) string {
	switch {
	case f == nil || f.said() == "":
		return accepted
	case f.said()[0] == '2' && f.code() > 0:
		return strings.TrimRight(f.said(), "\r\n")
	}
	return ""
}

// Mails returns the mails that are kept, the oldest first. The caller must not
// change their contents.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	mails := make([]Mail, len(s.mails))
	for i, m := range s.mails {
		mails[i] = *m
	}
	return mails
}

// Wait returns what Mails does, as soon as the server has received n mails in
// all, those counted that it no longer keeps. When ctx ends first it returns
// an error.
func (s *Server) Wait(ctx context.Context, n int) ([]Mail, error) {
	counts, err := s.Until(ctx, func(c Counts) bool { return c.Mails >= n })
	if err != nil {
		return nil, fmt.Errorf("hosttest: %d of %d mails came in: %w", counts.Mails, n, ctx.Err())
	}
	return s.Mails(), nil
}
