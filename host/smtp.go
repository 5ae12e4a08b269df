package host

import (
	"cmp"
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"golang.org/x/time/rate"
)

// SMTP is a Host that sends to one mail server over persistent connections.
// Set Addr and use it; make it once and keep it. Its fields must not be changed
// after the first Send. A mistake in them makes every mail Unreachable, with
// Alarm set: call Validate when the program starts.
//
// How mails follow each other on a connection depends on what the server
// announces. With PIPELINING (RFC 2920) the content of one mail and the commands
// of the next are one write, so that a mail costs one round trip. With CHUNKING
// too (RFC 3030) up to 100 mails are under way at a time, so that round trips
// cost nothing. Else each command waits for its reply.
//
// A connection that was kept and proves dead is replaced at once, and no mail is
// the worse for it; so is one that has carried as many mails as the server takes,
// whether it has announced that (RFC 9422), says so, or hangs up. A mail to more
// than 100 recipients, or to more than the server takes at a time, goes in
// several transactions.
//
// Where the server refuses three mails in a row by codes 5.7.x, from different
// senders or to different domains, it is the account and not the mail that is
// refused: the relay is Unreachable, with Alarm set.
type SMTP struct {
	Addr       string             // the server, host:port
	TLS        TLSMode            // default: STARTTLS is required unless the server is on loopback
	TLSConfig  *tls.Config        // default: the system's roots, the host of Addr, TLS 1.2 or later
	Auth       func() sasl.Client // credentials, for each connection anew. Default: no AUTH
	LocalName  string             // domain or address literal to introduce ourselves by. Default: this machine's name where it has a dot, or else its address
	MaxConns   int                // connections at a time; a Send beyond them waits. Default 4
	MaxPerConn int                // mails over one connection. Default: no limit but what the server announces or teaches
	MaxAge     time.Duration      // a connection that is older is replaced. Default 5 min
	IdleClose  time.Duration      // a connection that is idle for longer is closed. Default 10 s
	NoopAfter  time.Duration      // one that was idle for longer is checked by NOOP before use. Default 2 s
	Rate       float64            // mails per second at most, over all connections. Default: no limit
	Ignore     []string           // keywords of extensions that the server offers and is not to be asked for: "CHUNKING", say
	DSN        DSN                // delivery status notifications to ask for, where the server offers them
	Timeouts   Timeouts
	Trace      io.Writer // gets a protocol log, without credentials and contents; one Write for each line

	start   sync.Once
	pool    *pool
	mistake error
	dialer  func(context.Context) (net.Conn, error) // for tests; nil: TCP
}

var _ Host = (*SMTP)(nil)

// Send implements [Host]. ctx ends the wait for a connection or for Rate,
// dialling, and the exchange of greetings; a mail whose sender has been named to
// the server is carried to its outcome, unless [Abort] ends. Where the relay cannot
// be reached, the rest of the batch is Unreachable without another try; where it
// gives up at a mail's MAIL command, only that mail is, and the rest are Unsent.
// After Close, mails are Unsent.
func (h *SMTP) Send(ctx context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	h.ready(false).send(ctx, batch, done)
}

func (h *SMTP) send(ctx context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	x := &sender{pool: h.pool, ctx: ctx, batch: batch, done: done}
	if h.mistake != nil {
		x.down = misconfigured(h.mistake)
		x.down.Relay = h.Addr
	}
	x.run()
}

// Stats returns numbers about the connections.
func (h *SMTP) Stats() Stats {
	return h.ready(false).pool.stats()
}

// Close says QUIT on the connections that are idle, waiting Timeouts.Quit at
// most. Sends that have a connection go on to their end and close it then;
// others, and those to come, send nothing. It returns nil.
func (h *SMTP) Close() error {
	h.ready(false).pool.close()
	return nil
}

// ready makes the pool at the first use.
func (h *SMTP) ready(lmtp bool) *SMTP {
	h.start.Do(func() { h.init(lmtp) })
	return h
}

func (h *SMTP) init(lmtp bool) {
	h.mistake = h.validate(lmtp)
	network, addr, _ := dialAddr(h.Addr, lmtp)
	localName, _ := parseDomainOrLiteral(h.LocalName)
	h.pool = &pool{
		network:    network,
		addr:       addr,
		relay:      h.Addr,
		lmtp:       lmtp,
		tls:        h.TLS,
		tlsConfig:  clientTLS(h.TLSConfig, addr, h.maxConns()),
		auth:       h.Auth,
		localName:  cmp.Or(localName, defaultLocalName()),
		ignore:     h.Ignore,
		dsn:        h.DSN.words(),
		maxPerConn: h.MaxPerConn,
		maxAge:     cmp.Or(h.MaxAge, 5*time.Minute),
		idleClose:  cmp.Or(h.IdleClose, 10*time.Second),
		noopAfter:  cmp.Or(h.NoopAfter, 2*time.Second),
		timeouts:   h.Timeouts.withDefaults(),
		dialer:     h.dialer,
		places:     make(chan struct{}, h.maxConns()),
		closing:    make(chan struct{}),
	}
	if h.Rate > 0 {
		h.pool.limiter = rate.NewLimiter(rate.Limit(h.Rate), 1)
	}
	if h.Trace != nil {
		h.pool.tracer = &tracer{w: h.Trace}
	}
}

func (h *SMTP) maxConns() int { return max(1, cmp.Or(h.MaxConns, 4)) }
