package hosttest

import (
	"io"
	"strconv"
	"strings"

	"github.com/emersion/go-smtp"
)

// A session is one client's side of the server: the smtp.Session of a
// connection.
type session struct {
	server *Server
	run    *run
	conn   int
	from   string
	to     []string
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if code := magicCode(to); code != 0 {
		return &smtp.SMTPError{Code: code, Message: "refused, as this address asks"}
	}
	s.to = append(s.to, to)
	return nil
}

// magicCode returns the reply code that the address asks for, or 0.
func magicCode(address string) int {
	local, _, _ := strings.Cut(address, "@")
	code, err := strconv.Atoi(local)
	if err != nil || len(local) != 3 || code < 400 || code > 599 {
		return 0
	}
	return code
}

// Data returns what reading failed with, or go-smtp would answer 250 to a mail
// of which only a part has come.
func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return s.server.receive(s.run, Mail{From: s.from, To: s.to, Data: data, Conn: s.conn})
}

func (s *session) Reset() { s.from, s.to = "", nil }

func (s *session) Logout() error { return nil }
