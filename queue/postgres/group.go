package postgres

import (
	"context"
	"sync"

	"github.com/go-mailhost/mailhost/queue"
)

// Bounds of a group, which one request may exceed.
const (
	groups     = 2 // under way at once: one is on its way while the other commits
	groupMails = 1000
	groupBytes = 4 << 20
)

// A grouper puts calls of Insert together that wait at the same time, so that they
// share a transaction.
type grouper struct {
	flush func(group []*request)

	mu      sync.Mutex
	waiting []*request
	running int
	closed  bool
	idle    sync.WaitGroup // those that run
}

// A request is one call of Insert.
type request struct {
	ctx   context.Context
	mails []*queue.Mail
	bytes int
	err   error
	done  chan struct{} // closed when err and the mails' Duplicate are set
}

// do returns when the request was flushed, or its context ended before it was
// taken into a group.
func (g *grouper) do(r *request) error {
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return errClosed
	}
	g.waiting = append(g.waiting, r)
	if g.running < groups {
		g.running++
		g.idle.Go(g.run)
	}
	g.mu.Unlock()
	select {
	case <-r.done:
	case <-r.ctx.Done():
		if g.withdraw(r) {
			return context.Cause(r.ctx)
		}
		<-r.done
	}
	return r.err
}

// withdraw tells whether the request was still waiting.
func (g *grouper) withdraw(r *request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, w := range g.waiting {
		if w == r {
			g.waiting = append(g.waiting[:i:i], g.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// run flushes group after group until nothing waits.
func (g *grouper) run() {
	for {
		group := g.take()
		if group == nil {
			return
		}
		g.flush(group)
		for _, r := range group {
			close(r.done)
		}
	}
}

// take returns the next group, and nil for the end of this run.
func (g *grouper) take() []*request {
	g.mu.Lock()
	defer g.mu.Unlock()
	n, mails, bytes := 0, 0, 0
	for n < len(g.waiting) && mails < groupMails && bytes < groupBytes {
		mails += len(g.waiting[n].mails)
		bytes += g.waiting[n].bytes
		n++
	}
	if n == 0 {
		g.running--
		return nil
	}
	group := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	return group
}

// end refuses what comes from now on, and returns when nothing is under way.
func (g *grouper) end() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.idle.Wait()
}
