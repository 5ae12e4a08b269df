package hosttest

import (
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
)

// A conn stands between go-smtp and the network. It does what a session's
// handlers cannot: it changes replies that go-smtp gives by itself, leaves them
// out, speaks TLS, and ends the connection in ways of its own.
//
// go-smtp writes each line of a reply by itself. They are gathered until it
// reads, so that one write answers a group of commands (RFC 2920 section 3.2).
type conn struct {
	net.Conn // the TCP connection
	wire     *wire
	server   *Server
	run      *run
	number   int
	gone     chan struct{} // closed when the connection is

	closed, forgotten sync.Once

	// Of the goroutine that serves the connection.
	session  *session // nil before EHLO
	greeted  bool
	hello    [][]byte    // lines of the EHLO reply that go-smtp is writing
	helloDue bool        // STARTTLS has made the last EHLO void: RFC 3207 section 4.2
	mails    int         // MAIL commands
	read     []byte      // what Read has returned last
	feed     string      // what Read is to return next
	lost     atomic.Bool // Read has failed, which the goroutine that reads chunks must know

	mu      sync.Mutex
	tls     *tls.Conn // nil while plain
	out     []byte    // replies that are not yet sent
	instead string    // in the place of the next line
	then    Action    // after instead
	lose    bool      // the next line
	ended   bool      // nothing more is said
}

func newConn(tcp net.Conn, s *Server, r *run, number int) *conn {
	c := &conn{
		Conn:   tcp,
		wire:   &wire{Conn: tcp},
		server: s,
		run:    r,
		number: number,
		gone:   make(chan struct{}),
	}
	if s.TLS {
		c.tls = tls.Server(c.wire, r.tls)
	}
	return c
}

// stream returns what carries the dialogue. c.mu is held.
func (c *conn) stream() net.Conn {
	if c.tls != nil {
		return c.tls
	}
	return c.wire
}

// Read sends what go-smtp has said so far before it waits for more.
func (c *conn) Read(p []byte) (int, error) {
	if c.feed != "" {
		n := copy(p, c.feed)
		c.feed = c.feed[n:]
		return n, nil
	}
	if err := c.flush(); err != nil {
		return 0, err
	}
	c.mu.Lock()
	stream := c.stream()
	c.mu.Unlock()
	n, err := stream.Read(p)
	c.read = p[:n]
	if err != nil {
		c.lost.Store(true)
	}
	return n, err
}

const maxOut = 4 << 10

// say sends a line of go-smtp's, or what a fault has put into its place.
func (c *conn) say(line []byte) error {
	then, err := c.put(line)
	if then != None {
		c.act(then, true)
	}
	return err
}

func (c *conn) put(line []byte) (then Action, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.ended:
		return None, net.ErrClosed
	case c.lose:
		c.lose = false
		return None, nil
	case c.instead != "":
		c.out = append(c.out, c.instead...)
		then, c.then, c.instead = c.then, None, ""
	default:
		c.out = append(c.out, line...)
	}
	if len(c.out) > maxOut {
		err = c.send()
	}
	return then, err
}

// replaceNext puts a text into the place of go-smtp's next line.
func (c *conn) replaceNext(said string, then Action) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.instead, c.then = said, then
}

// loseNext makes go-smtp's next line be lost.
func (c *conn) loseNext() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lose = true
}

// sayEarly says now what go-smtp's next line was to say.
func (c *conn) sayEarly(said string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = append(c.out, said...)
	c.lose = true
	c.send()
}

func (c *conn) flush() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.send()
}

// send sends what was said. c.mu is held.
func (c *conn) send() error {
	if c.ended {
		return net.ErrClosed
	}
	if len(c.out) == 0 {
		return nil
	}
	_, err := c.stream().Write(c.out)
	c.out = c.out[:0]
	// Where nothing more can be said, nothing more is heard either: go-smtp would
	// go on with what the client had sent before it left.
	c.ended = err != nil
	return err
}
