package hosttest

import (
	"bytes"
	"errors"
	"io"
	"sync"

	"github.com/emersion/go-smtp"
)

// Data takes the content, and decides. It returns what reading failed with, or
// go-smtp would answer 250 to a mail of which only a part has come.
func (s *session) Data(r io.Reader) error {
	if s.skip {
		s.skip = false
		io.Copy(io.Discard, r)
		s.conn.loseNext()
		return nil
	}
	tx := s.snapshot()
	if _, tx.mail.Chunked = r.(*io.PipeReader); tx.mail.Chunked {
		if s.server.without("CHUNKING") {
			return errNotAnnounced
		}
		if err := s.meet(DATA, tx); err != nil {
			return err
		}
	}
	tx.mail.To = tx.to
	return s.decide(tx, r)
}

var errNotAnnounced = &smtp.SMTPError{Code: 502, EnhancedCode: smtp.EnhancedCode{5, 5, 1}, Message: "BDAT is not implemented"}

var errCutOff = errors.New("the connection was lost in the content")

// accepted is what go-smtp says where Data returns nil.
const accepted = "250 2.0.0 OK: queued"

// decide reads the content and says what follows from it.
func (s *session) decide(tx transaction, r io.Reader) error {
	early, data, err := s.read(tx, r)
	tx.mail.Data = data
	var refusal *smtp.SMTPError
	switch {
	case errors.As(err, &refusal):
		s.server.refused(refusal.Code)
		return err
	case err != nil:
		return err
	case early != nil && early.said() != "":
		return s.server.receive(s.run, &tx.mail, verdictOf(early))
	}
	return s.judge(tx)
}

// read reads the content. A fault in it that has a reply has also said the
// verdict.
func (s *session) read(tx transaction, r io.Reader) (early *Fault, data []byte, err error) {
	buf := contents.Get().(*bytes.Buffer)
	defer putContent(buf)
	if early = s.fault(Content, tx); early != nil {
		_, err = buf.ReadFrom(io.LimitReader(r, int64(max(1, early.After))))
		if err == nil {
			err = s.interrupt(early, tx)
		}
		if err != nil {
			return early, nil, err
		}
	}
	if _, err = buf.ReadFrom(r); err == nil && tx.mail.Chunked && s.conn.lost.Load() {
		// go-smtp takes a chunk that was cut off for a whole one.
		err = errCutOff
	}
	return early, bytes.Clone(buf.Bytes()), err
}

// contents are the buffers that mails are read into.
var contents = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const maxPooled = 64 << 10

func putContent(buf *bytes.Buffer) {
	if buf.Cap() <= maxPooled {
		buf.Reset()
		contents.Put(buf)
	}
}

func (s *session) interrupt(f *Fault, tx transaction) error {
	if f.refuses() {
		s.server.refused(f.code())
	}
	return s.conn.interrupt(f, !tx.mail.Chunked)
}

// judge gives the verdict. A mail that is not refused was received with its
// last byte, whatever the client gets to hear of it.
func (s *session) judge(tx transaction) error {
	f := s.fault(Verdict, tx)
	if f == nil {
		return s.server.receive(s.run, &tx.mail, accepted)
	}
	if f.refuses() {
		s.server.refused(f.code())
		return s.conn.strike(f, true)
	}
	return s.server.receiveThen(s.run, &tx.mail, verdictOf(f), func() error { return s.conn.strike(f, true) })
}
