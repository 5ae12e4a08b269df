// Package hosttest is an SMTP server that keeps what it receives, for tests
// and for trying things out. It listens on a real TCP port and is built on
// go-smtp's server.
//
//	srv := &hosttest.Server{}
//	if err := srv.Start(); err != nil { … }
//	defer srv.Close()
//	h := &host.SMTP{Addr: srv.Addr}
//	…
//	mails, err := srv.Wait(ctx, 1)
//
// It accepts every sender and recipient but the magic ones: a recipient whose
// local part is a number from 400 to 599 is refused with that number as its
// reply code. 550@example.com does not exist, 451@example.com is greylisted.
//
// It announces SIZE, 8BITMIME, SMTPUTF8, PIPELINING and CHUNKING, and takes at
// most 1000 recipients for one mail.
//
// Close makes it a relay that is down, and another Start brings it back at the
// same address with the mails it had.
//
// It is no relay for the world: it knows neither TLS nor AUTH, and forgets
// everything when the process ends.
package hosttest

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// A Server receives mail. Its zero value works. Set the fields before Start
// and leave them alone afterwards; the methods are safe for concurrent use.
type Server struct {
	Addr     string // where to listen; Start puts the chosen port in the place of 0. Default 127.0.0.1:0
	Keep     int    // mails kept, the oldest dropped first, also when all hold more than 64 MiB. Default 1000
	MaxConns int    // connections served at a time; others wait. Default 100
	MaxBytes int64  // size of a mail, announced as SIZE. Default 10 MiB

	mu       sync.Mutex
	run      *run // nil while closed
	conns    int
	mails    []Mail
	bytes    int
	received int
	changed  chan struct{} // closed when a mail comes in; nil while nobody waits
}

// A run is the time between a Start and its Close.
type run struct {
	smtp     *smtp.Server
	listener *listener
	done     chan struct{} // closed when the listener's goroutine has ended
}

// Start listens and serves until Close. It is an error to start a server that
// is running.
func (s *Server) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.run != nil {
		return errors.New("hosttest: the server is already running: call Close before Start")
	}
	l, err := net.Listen("tcp", cmp.Or(s.Addr, "127.0.0.1:0"))
	if err != nil {
		return fmt.Errorf("hosttest: cannot listen: %w", err)
	}
	s.Addr = l.Addr().String()
	r := &run{
		listener: newListener(l, cmp.Or(s.MaxConns, 100), s.countConn),
		done:     make(chan struct{}),
	}
	r.smtp = s.newSMTP(r)
	s.run = r
	go func() {
		defer close(r.done)
		r.smtp.Serve(r.listener) // ends with an error that says that the listener was closed
	}()
	return nil
}

func (s *Server) newSMTP(r *run) *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{server: s, run: r, conn: c.Conn().(*conn).id}, nil
	}))
	server.Domain = "localhost"
	server.MaxRecipients = 1000
	server.MaxMessageBytes = cmp.Or(s.MaxBytes, 10<<20)
	server.ReadTimeout = 5 * time.Minute
	server.WriteTimeout = time.Minute
	server.EnableSMTPUTF8 = true
	server.ErrorLog = log.New(io.Discard, "", 0)
	return server
}

// Close stops listening and cuts the connections. A mail whose last byte has
// not been read is not received. The mails stay, and Start may be called again.
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
	return err
}

// Conns returns how many connections were accepted so far.
func (s *Server) Conns() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns
}

// countConn returns the number of a new connection, from 1.
func (s *Server) countConn() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns++
	return s.conns
}
