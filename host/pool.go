package host

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"golang.org/x/time/rate"
)

// A pool keeps the sessions of an SMTP that are not in use, the last used on
// top. Its rules: a session is looked at when it is taken and when it is put
// back, and one that proves dead is replaced by a fresh one, once. Those who
// take one hold a place, so that there are never more connections than places.
type pool struct {
	network, addr string // as dialled
	relay         string // as configured
	lmtp          bool
	tls           TLSMode
	tlsConfig     *tls.Config
	auth          func() sasl.Client
	localName     string
	ignore        []string
	dsn           dsnWords
	maxPerConn    int
	maxAge        time.Duration
	idleClose     time.Duration
	noopAfter     time.Duration
	timeouts      *Timeouts
	dialer        func(context.Context) (net.Conn, error) // nil: network and addr
	tracer        *tracer

	limiter   *rate.Limiter // nil: no limit
	lessons   lessons
	suspicion suspicion
	counts    counts

	places  chan struct{} // holds one value for each Send that has a place
	closing chan struct{}

	mu      sync.Mutex
	closed  bool
	idle    []*session
	leaving sync.WaitGroup // sessions that end on their own
}

var errClosed = errors.New("host: closed")

// enter waits for a place.
func (p *pool) enter(ctx context.Context) error {
	select {
	case <-p.closing:
		return errClosed
	default:
	}
	select {
	case p.places <- struct{}{}:
		return nil
	default:
	}
	begun := time.Now()
	defer func() { p.counts.waited(time.Since(begun)) }()
	select {
	case p.places <- struct{}{}:
		return nil
	case <-p.closing:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *pool) exit() { <-p.places }

var errLater = errors.New("not yet")

// pace returns nil when a mail may begin: at once, or, where there is time for
// it, after a wait, which ctx ends; else errLater.
func (p *pool) pace(ctx context.Context, wait bool) error {
	switch {
	case wait:
		return p.limiter.Wait(ctx)
	case p.limiter.Allow():
		return nil
	}
	return errLater
}

// mailMax returns how many mails a session may carry, 0 for any number.
func (p *pool) mailMax(s *session) int {
	most := 0
	for _, n := range [...]int{p.maxPerConn, s.ext.mailMax, p.lessons.limit()} {
		if n > 0 && (most == 0 || n < most) {
			most = n
		}
	}
	return most
}

// take returns an idle session that is fit for use, or nil. abort ends the check.
func (p *pool) take(abort context.Context) *session {
	for {
		s := p.pop()
		if s == nil {
			return nil
		}
		idle := time.Since(s.used)
		s.careful = true
		switch {
		case p.aged(s):
			s.finish()
		case idle <= p.noopAfter || s.checkUntil(abort):
			return s
		default:
			// The others are likely to be as dead, and to take as long to show it.
			s.finish()
			return nil
		}
	}
}

func (p *pool) pop() *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	s := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	s.expiry.Stop()
	return s
}

func (p *pool) aged(s *session) bool { return time.Since(s.born) >= p.maxAge }

// put takes a session back, or ends it where it cannot be used again.
func (p *pool) put(s *session) {
	if s.end != goOn || !s.quiet() || !p.keep(s) {
		s.finish()
	}
}

func (p *pool) keep(s *session) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	s.kept, s.used = true, time.Now()
	s.expiry = time.AfterFunc(p.idleClose, func() { p.expire(s) })
	p.idle = append(p.idle, s)
	return true
}

// expire ends a session that has been idle for too long.
func (p *pool) expire(s *session) {
	p.mu.Lock()
	i := slices.Index(p.idle, s)
	if i >= 0 {
		p.idle = slices.Delete(p.idle, i, i+1)
		p.leaving.Add(1)
	}
	p.mu.Unlock()
	if i >= 0 {
		p.counts.idleClosed.Add(1)
		s.finish()
		p.leaving.Done()
	}
}

// close ends the idle sessions side by side and refuses further ones.
func (p *pool) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle = nil
	if !p.closed {
		p.closed = true
		close(p.closing)
	}
	p.mu.Unlock()
	for _, s := range idle {
		s.expiry.Stop()
		p.leaving.Go(s.finish)
	}
	p.leaving.Wait()
}
