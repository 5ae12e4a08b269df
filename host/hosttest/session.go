package hosttest

import (
	"strings"
	"sync"

	"github.com/emersion/go-smtp"
)

// A session is one client's side of the server: the smtp.Session of a
// connection.
type session struct {
	server *Server
	run    *run
	conn   *conn
	user   string // who has logged in
	skip   bool   // DATA was refused by a fault: what follows is no content

	mu sync.Mutex // a mail in chunks is read by a goroutine of its own
	tx transaction
}

// A transaction is what is known of a mail before its content.
type transaction struct {
	event
	mail Mail
	late *Fault // that a recipient asked for, at DATA or later
}

func (s *session) snapshot() transaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tx
}

// meet carries out the fault at a place, if there is one.
func (s *session) meet(at Place, tx transaction) error {
	if f := s.fault(at, tx); f != nil {
		return s.conn.strike(f, !tx.mail.Chunked)
	}
	return nil
}

// fault returns the one that strikes at a place from DATA on, or nil.
func (s *session) fault(at Place, tx transaction) *Fault {
	if f := s.server.fault(s.run, at, tx.event); f != nil {
		return f
	}
	if tx.late != nil && tx.late.At == at {
		return tx.late
	}
	return nil
}

// meetAddress carries out the fault that the table, or else the address, asks
// for. What an address asks for later is kept.
func (s *session) meetAddress(at Place, e event, address string) error {
	f := s.server.fault(s.run, at, e)
	if f == nil {
		f = magic(address)
	}
	switch {
	case f == nil:
		return nil
	case f.At == at:
		return s.conn.strike(f, true)
	case f.At > at && at == RCPT && s.tx.late == nil:
		s.tx.late = f
	}
	return nil
}

func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	s.conn.mails++
	tx := transaction{event: event{conn: s.conn.number, mails: s.conn.mails, from: from}}
	if err := s.meetAddress(MAIL, tx.event, from); err != nil {
		return err
	}
	if err := s.mailRefused(opts); err != nil {
		return err
	}
	tx.mail = Mail{
		From:  from,
		Conn:  s.conn.number,
		TLS:   s.conn.tls != nil,
		User:  s.user,
		UTF8:  opts.UTF8,
		Body:  string(opts.Body),
		Size:  opts.Size,
		EnvID: opts.EnvelopeID,
		Ret:   string(opts.Return),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tx = tx
	return nil
}

func (s *session) mailRefused(opts *smtp.MailOptions) error {
	most := s.server.MaxPerConn
	switch {
	case most > 0 && s.conn.mails > most:
		return s.conn.strike(&Fault{Reply: s.server.perConnReply()}, true)
	case s.conn.helloDue:
		return &smtp.SMTPError{Code: 503, EnhancedCode: smtp.EnhancedCode{5, 5, 1}, Message: "Say EHLO again after STARTTLS"}
	case s.server.AuthRequired && s.user == "":
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"} // RFC 4954 section 6
	case opts.Body != "" && s.server.without("8BITMIME"):
		return &smtp.SMTPError{Code: 555, EnhancedCode: smtp.EnhancedCode{5, 5, 4}, Message: "BODY is not implemented"}
	}
	return nil
}

func (s *session) Rcpt(to string, opts *smtp.RcptOptions) error {
	e := s.tx.event
	e.to = []string{to}
	if err := s.meetAddress(RCPT, e, to); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tx.to = append(s.tx.to, to)
	if len(opts.Notify) > 0 {
		if s.tx.mail.Notify == nil {
			s.tx.mail.Notify = map[string]string{}
		}
		s.tx.mail.Notify[to] = notify(opts)
	}
	return nil
}

// notify returns the parameter as it was sent.
func notify(opts *smtp.RcptOptions) string {
	words := make([]string, len(opts.Notify))
	for i, word := range opts.Notify {
		words[i] = string(word)
	}
	return strings.Join(words, ",")
}

func (s *session) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tx = transaction{}
}

func (s *session) Logout() error { return nil }
