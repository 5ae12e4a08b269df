package queue

import (
	"sync"
	"time"
)

// A pulse is what a mailer notes of its own progress, for its heartbeat and for
// the watchdog.
type pulse struct {
	mu        sync.Mutex
	started   time.Time
	moved     time.Time // when it last claimed or recorded something
	idle      time.Time // when it last heard that nothing is due
	claiming  time.Time // since when a claim has been under way; zero: none is
	waiting   time.Duration
	lastError string
}

func newPulse() *pulse {
	now := time.Now()
	return &pulse{started: now, moved: now}
}

func (p *pulse) note(f func(now time.Time)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(time.Now())
}

// move notes that something was claimed or recorded.
func (p *pulse) move() { p.note(func(now time.Time) { p.moved = now }) }

func (p *pulse) claim() { p.note(func(now time.Time) { p.claiming = now }) }

// claimed notes how a claim ended; idle: nothing at all was due.
func (p *pulse) claimed(something, idle bool) {
	p.note(func(now time.Time) {
		p.claiming = time.Time{}
		if something {
			p.moved = now
		}
		if idle {
			p.idle = now
		}
	})
}

// fault notes what failed.
func (p *pulse) fault(err error) {
	p.note(func(time.Time) { p.lastError = cut(err.Error(), maxWords) })
}

// wait notes for how long mail has been waiting that could be claimed.
func (p *pulse) wait(d time.Duration) { p.note(func(time.Time) { p.waiting = d }) }

// quiet returns for how long there has been no progress, although it is not
// known that there was nothing to do.
func (p *pulse) quiet() (d time.Duration) {
	p.note(func(now time.Time) { d = min(now.Sub(p.moved), now.Sub(p.idle)) })
	return d
}

// stalled returns whether mail is due, or may be, and nothing has moved for so long.
func (p *pulse) stalled(limit time.Duration) (yes bool) {
	quiet := p.quiet()
	p.note(func(now time.Time) {
		hangs := !p.claiming.IsZero() && now.Sub(p.claiming) >= limit
		yes = hangs || quiet >= limit && p.waiting >= limit
	})
	return yes
}
