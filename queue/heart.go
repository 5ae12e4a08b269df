package queue

import (
	"context"
	"fmt"
	"os"
	"time"
)

const (
	// minBeat keeps a short tick from writing all the time.
	minBeat = time.Second
	// patience is after how many beats without progress a mailer is stalled, and
	// without a sign of life dead.
	patience = 3
)

// A heart tells the store how the mailer is, at its tick, but once a second at
// most.
type heart struct {
	*Queue
	mailer  string
	process string
	fault   // of the store
}

func newHeart(q *Queue) *heart {
	name, _ := os.Hostname()
	return &heart{Queue: q, mailer: newID(time.Now()), process: fmt.Sprintf("%s %d", name, os.Getpid())}
}

func (h *heart) run() {
	tick := time.NewTicker(beatEvery(h.cfg.Interval))
	defer tick.Stop()
	for {
		h.beat(h.closing, h.cfg.Interval)
		h.look()
		select {
		case <-tick.C:
		case <-h.closing.Done():
			h.beat(h.abandoned, 0) // nobody is to wait for the next
			return
		}
	}
}

func beatEvery(interval time.Duration) time.Duration { return max(interval, minBeat) }

func (h *heart) beat(ctx context.Context, interval time.Duration) {
	beat := Heartbeat{Mailer: h.mailer, Process: h.process, Interval: interval, Sending: int(h.inFlight.Load()), Connections: -1}
	if c, ok := h.host.(interface{ Connections() int }); ok {
		beat.Connections = c.Connections()
	}
	h.pulse.note(func(now time.Time) {
		beat.Started, beat.Moved, beat.LastError = now.Sub(h.pulse.started), now.Sub(h.pulse.moved), h.pulse.lastError
	})
	err := h.store.Beat(ctx, beat)
	if ctx.Err() == nil {
		h.tell(h.Queue, err, "queue: cannot store the mailer's heartbeat; trying again at each tick",
			"queue: the mailer's heartbeat is stored again")
	}
}

// look asks the store whether mail is waiting, where the mailer has made no
// progress and may be stalled.
func (h *heart) look() {
	if h.pulse.quiet() < patience*beatEvery(h.cfg.Interval) {
		return
	}
	totals, err := h.store.Totals(h.closing)
	switch {
	case err == nil:
		h.pulse.wait(totals.Waiting)
	case h.closing.Err() == nil:
		h.pulse.fault(err)
	}
}

// A Heartbeat is what a mailer says of itself, so that other processes can tell
// whether it works.
type Heartbeat struct {
	Mailer      string        // an id of its own
	Process     string        // host name and process id, for people
	Interval    time.Duration // of its tick; 0: it was closed, and says no more
	Started     time.Duration // how long ago
	Moved       time.Duration // how long ago it last claimed or recorded something
	Sending     int           // mails in flight
	Connections int           // that its host has open; -1 where the host does not count them
	LastError   string        // what last failed in it, not about single mails; "" if nothing did
	Seen        time.Duration // how long ago it said so: set by the store
}

// Alive tells whether the mailer has given a sign of life of late: within three
// of its ticks, or 3 s where these are shorter.
func (h *Heartbeat) Alive() bool {
	return h.Interval > 0 && h.Seen <= patience*beatEvery(h.Interval)
}
