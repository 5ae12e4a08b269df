package hosttest

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// A Server receives mail. Its zero value works. Set the fields before Start
// and leave them alone while it runs; the methods are safe for concurrent use.
type Server struct {
	Addr     string // where to listen; Start puts a free port, below 32768, in the place of 0. Default 127.0.0.1:0
	Keep     int    // mails kept, the oldest dropped first, also when all hold more than 64 MiB. Default 1000
	MaxConns int    // connections served at a time; others wait. Default 100

	Faults []Fault // what goes wrong; the first that matches strikes

	// Limits. MaxBytes, MaxRcpt and MaxPerConn are announced.
	MaxBytes        int64  // size of a mail. Default 10 MiB
	MaxRcpt         int    // recipients of a mail; others are refused with 452 4.5.3. Default 1000
	MaxPerConn      int    // MAIL commands on a connection. Default no limit
	MaxPerConnReply string // to those beyond. Default "421 4.7.0 Too many mails on this connection"; others say 452

	// Without leaves keywords out of the reply to EHLO, With adds lines to it as
	// they are. What BDAT, STARTTLS, AUTH, and the parameters of MAIL and RCPT need
	// and is left out is also refused. Out of LIMITS, limits have to be found out.
	Without []string // such as "CHUNKING"
	With    []string // such as "size 1000"

	// TLS, with a certificate made for localhost and the loopback addresses.
	// Clients get it by ClientTLS.
	TLS         bool   // from the first byte
	StartTLS    bool   // offers STARTTLS
	ExpiredCert bool   // the certificate has expired
	CertFor     string // the certificate is for this host instead
	TLSVersion  uint16 // the only version that is spoken, such as tls.VersionTLS10. Default what crypto/tls takes

	// Who may log in. With StartTLS, AUTH is offered only after it.
	Users        map[string]string // passwords by name, for SCRAM-SHA-256, PLAIN and LOGIN
	Tokens       map[string]string // tokens by name, for OAUTHBEARER and XOAUTH2
	Mechanisms   []string          // those that are offered. Default all that the tables serve
	AuthRequired bool              // MAIL is refused with 530 before AUTH

	mu          sync.Mutex
	run         *run // nil while closed
	mails       []*Mail
	bytes       int
	counts      Counts
	counted     []Fault       // what counts.Faults is of
	changed     chan struct{} // closed when a count changes; nil while nobody waits
	release     chan struct{} // closed by Release; nil while no connection was held
	certificate tls.Certificate
	certified   certified
}

const (
	readTimeout  = 5 * time.Minute
	writeTimeout = time.Minute
)

// A run is the time between a Start and its Close.
type run struct {
	smtp     *smtp.Server
	listener *listener
	faults   table
	tls      *tls.Config
	done     chan struct{} // closed when the listener's goroutine has ended
}

// Start listens and serves until Close. It is an error to start a server that
// is running, or one with a mistake in its fields.
func (s *Server) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.run != nil {
		return errors.New("hosttest: the server is already running: call Close before Start")
	}
	r, err := s.newRun()
	if err != nil {
		return err
	}
	l, err := listen(s.Addr)
	if err != nil {
		return err
	}
	s.Addr = l.Addr().String()
	r.listener = newListener(l, s, r, cmp.Or(s.MaxConns, 100))
	r.smtp = s.newSMTP(r)
	s.run = r
	go func() {
		defer close(r.done)
		r.smtp.Serve(r.listener) // ends with an error that says that the listener was closed
	}()
	return nil
}

func (s *Server) newRun() (*run, error) {
	faults, err := newTable(s.Faults)
	if err != nil {
		return nil, err
	}
	config, err := s.serverTLS()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.checkKeywords(), s.checkAuth(), s.checkLimits()); err != nil {
		return nil, err
	}
	if !slices.Equal(s.counted, s.Faults) {
		s.counted, s.counts.Faults = slices.Clone(s.Faults), make([]int, len(s.Faults))
	}
	return &run{faults: faults, tls: config, done: make(chan struct{})}, nil
}

func (s *Server) checkLimits() error {
	if !replyLines.MatchString(s.perConnReply()) {
		return fmt.Errorf("hosttest: MaxPerConnReply is %q: write a code and a text", s.MaxPerConnReply)
	}
	return nil
}

func (s *Server) maxRcpt() int { return cmp.Or(s.MaxRcpt, 1000) }

func (s *Server) perConnReply() string {
	return cmp.Or(s.MaxPerConnReply, "421 4.7.0 Too many mails on this connection")
}

func (s *Server) newSMTP(r *run) *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		conn := c.Conn().(*conn)
		conn.session = &session{server: s, run: r, conn: conn}
		return conn.session, nil
	}))
	server.Domain = "localhost"
	server.MaxRecipients = s.maxRcpt()
	server.MaxMessageBytes = cmp.Or(s.MaxBytes, 10<<20)
	// go-smtp counts the bytes of chunks that a pipelining client sends early as
	// if they were of lines: its default, 2000, breaks binary content.
	server.MaxLineLength = 1 << 20
	server.ReadTimeout = readTimeout
	server.WriteTimeout = writeTimeout
	server.EnableSMTPUTF8 = !s.without("SMTPUTF8")
	server.EnableDSN = !s.without("DSN")
	server.AllowInsecureAuth = true // the session decides
	server.ErrorLog = log.New(io.Discard, "", 0)
	return server
}

// Close stops listening and cuts the connections; it returns when all that
// served them has ended. A mail whose last byte has not been read is not
// received. The mails stay, and Start may be called again.
func (s *Server) Close() error {
	s.mu.Lock()
	r := s.run
	s.run = nil
	s.mu.Unlock()
	if r == nil {
		return nil
	}
	err := r.listener.Close()
	<-r.done
	r.smtp.Shutdown(context.Background()) // waits for the goroutines of the connections
	return err
}

// Conns returns how many connections were accepted so far.
func (s *Server) Conns() int { return s.Counts().Conns }
