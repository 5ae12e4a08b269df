package queue

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/go-mailhost/mailhost/host"
)

// ErrClosed is returned by a queue's methods once Close was called.
var ErrClosed = errors.New("queue: closed")

// ErrUnknown is wrapped by the error of a Commit of which it is not known whether the
// mails were queued, because the store's answer was lost.
var ErrUnknown = errors.New("the outcome is unknown")

// A Queue takes mail and sends it. It is safe for concurrent use.
type Queue struct {
	store  Store
	host   host.Host
	cfg    Config
	signal chan struct{} // of capacity 1: one signal that was not heeded yet is enough

	stages // of Close

	mu         sync.Mutex
	closed     bool
	work       sync.WaitGroup // commits, reads, the mailer and its senders; grows only while not closed, or from within
	inFlight   atomic.Int64   // mails claimed and not finished
	pulse      *pulse
	unrecorded atomic.Int64  // senders that cannot record what became of their mail: nothing is claimed meanwhile
	recorded   chan struct{} // of capacity 1: one of them could
}

// Open returns a queue on the store and starts its mailer. The queue takes
// ownership of the store, unless Open fails; the host stays the caller's, to be
// closed after the queue. A host that has a Validate method, such as [host.SMTP],
// must pass it. Without a host there is no mailer, and committed mail waits for
// another process.
func Open(store Store, h host.Host, cfg Config) (*Queue, error) {
	if store == nil {
		return nil, errors.New("queue: Open needs a Store, such as that of package queue/sqlite")
	}
	cfg, err := cfg.checked()
	if err != nil {
		return nil, err
	}
	if h, ok := h.(interface{ Validate() error }); ok {
		if err := h.Validate(); err != nil {
			return nil, fmt.Errorf("queue: the host cannot be used: %w", err)
		}
	}
	q := &Queue{
		store: store, host: h, cfg: cfg, stages: newStages(), pulse: newPulse(),
		signal: make(chan struct{}, 1), recorded: make(chan struct{}, 1),
	}
	if h != nil {
		q.work.Go(newHeart(q).run)
		q.work.Go((&watchdog{Queue: q}).run)
		q.work.Go(newMailer(q).run)
		q.work.Go((&janitor{Queue: q}).run)
		if s, ok := store.(Signaller); ok {
			q.work.Go(func() { q.hear(s.Signals()) })
		}
	}
	return q, nil
}

// Signal wakes the mailer, which then sends all that is due. It never blocks.
func (q *Queue) Signal() {
	select {
	case q.signal <- struct{}{}:
	default:
	}
}

// begin counts one call for Close to wait for. It returns the context for its
// work, which ends too when Close waits no longer, and what is to be called at
// its end; ErrClosed after Close.
func (q *Queue) begin(ctx context.Context) (context.Context, func(), error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return nil, nil, ErrClosed
	}
	q.work.Add(1)
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(q.abandoned, cancel)
	return ctx, func() {
		stop()
		cancel()
		q.work.Done()
	}, nil
}
