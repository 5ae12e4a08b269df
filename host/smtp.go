package host

import (
	"cmp"
	"context"
	"net"
	"sync"
	"time"
)

// SMTP is a Host that sends to one mail server over persistent connections.
// Set Addr and use it; make it once and keep it. Its fields must not be changed
// after the first Send. A mistake in them makes every mail Unreachable, with
// Alarm set: call Validate when the program starts.
//
// A connection carries one mail after the other and waits for the next. One
// that was kept and proves dead is replaced at once, and no mail is the worse
// for it. Until TLS and AUTH are here, addresses off loopback are refused.
//
// A mail to more than 100 recipients, or to more than the server takes at a
// time, goes in several transactions.
type SMTP struct {
	Addr      string        // the server, host:port
	LocalName string        // domain or address literal to introduce ourselves by. Default: this machine's name, or else its address
	MaxConns  int           // connections at a time; a Send beyond them waits. Default 4
	MaxAge    time.Duration // a connection that is older is replaced. Default 5 min
	IdleClose time.Duration // a connection that is idle for longer is closed. Default 10 s
	NoopAfter time.Duration // one that was idle for longer is checked by NOOP before use. Default 2 s
	Timeouts  Timeouts

	start   sync.Once
	pool    *pool
	mistake error
	dialer  func(context.Context) (net.Conn, error) // for tests; nil: TCP
}

var _ Host = (*SMTP)(nil)

// Send implements [Host]. ctx ends the wait for a connection, dialling, and the
// exchange of greetings; a mail whose sender has been named to the server is
// carried to its outcome. Where the relay cannot be reached, the rest of the batch
// is Unreachable without another try; where it gives up at a mail's MAIL command,
// only that mail is, and the rest are Unsent. After Close, mails are Unsent.
func (h *SMTP) Send(ctx context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	h.start.Do(h.init)
	x := &sender{pool: h.pool, ctx: ctx}
	if h.mistake != nil {
		x.down = &Report{Outcome: Unreachable, Text: cleanText(h.mistake.Error()), Relay: h.Addr, Alarm: true}
	}
	defer x.finish()
	for i, e := range batch {
		done(i, x.deliver(e))
	}
}

// Close says QUIT on the connections that are idle, waiting Timeouts.Quit at
// most. Sends that have a connection go on to their end and close it then;
// others, and those to come, send nothing. It returns nil.
func (h *SMTP) Close() error {
	h.start.Do(h.init)
	h.pool.close()
	return nil
}

func (h *SMTP) init() {
	h.mistake = h.Validate()
	addr, _ := dialAddr(h.Addr)
	localName, _ := parseDomainOrLiteral(h.LocalName)
	h.pool = &pool{
		addr:      addr,
		relay:     h.Addr,
		localName: cmp.Or(localName, defaultLocalName()),
		maxAge:    cmp.Or(h.MaxAge, 5*time.Minute),
		idleClose: cmp.Or(h.IdleClose, 10*time.Second),
		noopAfter: cmp.Or(h.NoopAfter, 2*time.Second),
		timeouts:  h.Timeouts.withDefaults(),
		dialer:    h.dialer,
		places:    make(chan struct{}, max(1, cmp.Or(h.MaxConns, 4))),
		closing:   make(chan struct{}),
	}
}
