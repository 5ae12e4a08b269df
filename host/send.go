package host

import (
	"context"
	"slices"
	"time"
)

// A sender is one Send under way. It holds a place in the pool from when it
// first needs one, and one session at a time.
type sender struct {
	pool   *pool
	ctx    context.Context
	batch  []*Envelope
	done   func(i int, reports []Report)
	taken  int            // envelopes of the batch
	queued []*delivery    // those that need a transaction
	flight []*transaction // under way on the session, the oldest first
	aloft  int            // bytes of their mails
	spare  []*transaction
	placed bool
	s      *session
	unhold func() bool // lets go of s; false where it was broken off
	fresh  bool        // a kept session has proved dead: the next is to be a new one
	down   *Report     // the relay cannot be used: what the rest of the batch gets
}

// run carries each envelope to its outcome.
func (x *sender) run() {
	defer x.release()
	for d := x.head(); d != nil; d = x.head() {
		if refusal := x.connect(); refusal != nil {
			d.settlePending(*refusal)
			continue
		}
		x.carry()
		if x.s.end == goOn && x.full() {
			x.pool.counts.fullClosed.Add(1)
			x.s.leave(withBye)
		}
		if x.s.end != goOn {
			x.drop()
		}
	}
}

// head returns the next delivery that has recipients pending, nil where there is
// none. It is done with those that have none.
func (x *sender) head() *delivery {
	for {
		if len(x.queued) == 0 {
			if x.taken == len(x.batch) {
				return nil
			}
			d := newDelivery(x.batch[x.taken])
			d.index, d.queued = x.taken, true
			x.taken++
			x.queued = append(x.queued, d)
		}
		d := x.queued[0]
		if err := x.ctx.Err(); err != nil && !d.begun {
			d.settlePending(*unsent(err))
		}
		if len(d.pending) > 0 {
			return d
		}
		x.dequeue()
		x.settled(d)
	}
}

func (x *sender) dequeue() {
	x.queued[0].queued = false
	x.queued = slices.Delete(x.queued, 0, 1)
}

// carry moves mails over the session until it has to end or nothing is left.
// How many are under way at a time depends on what the server takes.
func (x *sender) carry() {
	x.fill()
	for len(x.flight) > 0 {
		t, lost := x.flight[0], x.s.lost
		down := x.s.hear(t)
		if t.wanted {
			x.s.sayContent(t)
			x.fill()
		}
		x.s.judge(t)
		if x.s.lost && !lost && !x.s.dismissed && !x.s.aborted.Load() && len(x.flight) > 1 {
			x.pool.lessons.crowded(len(x.flight))
		}
		x.flight = slices.Delete(x.flight, 0, 1)
		x.aloft -= len(t.d.data)
		x.land(t, down)
		x.fill()
	}
}

// fill begins as many transactions as there is room for.
func (x *sender) fill() {
	for x.room() {
		t := x.next()
		if t == nil {
			return
		}
		x.s.offer(t)
		x.flight = append(x.flight, t)
		x.aloft += len(t.d.data)
		if len(x.s.out) > blockSize {
			x.s.flush()
		}
	}
}

// room returns whether a further transaction may begin before those under way
// have their verdicts.
func (x *sender) room() bool {
	switch n := len(x.flight); {
	case x.s.end != goOn || x.down != nil || x.full():
		return false
	case n == 0:
		return true
	case !x.flight[n-1].said:
		return false // its content comes before any other command
	case x.s.ext.chunking && x.flight[n-1].chunk:
		return n < x.pool.lessons.fly(x.s.window) && x.aloft < maxWindowBytes && x.s.owes() < maxOwed-maxReplies
	default:
		return n == 1 && x.s.ext.pipelining
	}
}

// full returns whether the session is to carry no more than it has begun. A new one
// carries one mail however old it is: the next would hardly be younger.
func (x *sender) full() bool {
	if !x.s.kept {
		return false
	}
	most := x.pool.mailMax(x.s)
	return most > 0 && x.s.carried+len(x.flight) >= most || x.pool.aged(x.s)
}

// next returns a transaction for the next recipients that the server can be
// offered, nil where there are none for now.
func (x *sender) next() *transaction {
	for {
		d := x.head()
		if d == nil {
			return nil
		}
		if d.fit(x.s); len(d.pending) == 0 {
			continue
		}
		if d.begun {
			return x.begin(d)
		}
		switch err := x.pace(); err {
		case nil:
			return x.begin(d)
		case errLater:
			return nil
		default:
			d.settlePending(*unsent(err))
		}
	}
}

// pace waits for the turn of a mail. A connection that it kept waiting for long may
// be dead, like one that was idle.
func (x *sender) pace() error {
	if x.pool.limiter == nil {
		return nil
	}
	begun := time.Now()
	err := x.pool.pace(x.ctx, len(x.flight) == 0)
	if time.Since(begun) > x.pool.noopAfter {
		x.s.careful, x.s.kept = true, true
	}
	return err
}

func (x *sender) begin(d *delivery) *transaction {
	t := x.blank()
	s := x.s
	t.d, t.group = d, d.group(&s.ext)
	t.chunk = s.ext.chunking && !s.pool.lmtp
	t.reset = s.dirty && len(x.flight) == 0 || t.chunk && len(x.flight) > 0
	t.behind = s.kept
	s.kept = true
	d.begun = true
	d.flying++
	if d.pending = d.pending[len(t.group):]; len(d.pending) == 0 {
		x.dequeue()
	}
	return t
}

// blank returns a transaction, one that was used before where there is one.
func (x *sender) blank() *transaction {
	n := len(x.spare)
	if n == 0 {
		return &transaction{}
	}
	t := x.spare[n-1]
	x.spare = x.spare[:n-1]
	*t = transaction{accepted: t.accepted[:0], again: t.again[:0]}
	return t
}

// land is what follows when a transaction is over.
func (x *sender) land(t *transaction, down *Report) {
	d := t.d
	d.flying--
	d.pending = append(d.pending, t.again...)
	switch {
	case down != nil && x.down == nil:
		d.settlePending(*down)
		x.down = untried(*down)
	case down != nil:
		d.settlePending(*x.down)
	case len(t.again) > 0 && x.s.end != goOn:
		x.fresh = true
	}
	if len(d.pending) > 0 && !d.queued {
		d.queued = true
		at, _ := slices.BinarySearchFunc(x.queued, d, func(a, b *delivery) int { return a.index - b.index })
		x.queued = slices.Insert(x.queued, at, d)
	}
	x.spare = append(x.spare, t)
	x.settled(d)
}

// settled reports a delivery that has come to its end.
func (x *sender) settled(d *delivery) {
	if d.flying > 0 || d.queued {
		return
	}
	if down := x.pool.suspicion.refuses(d); down != nil && x.down == nil {
		x.down = untried(*down)
	}
	x.done(d.index, d.reports)
}

// connect sees to it that there is a session, or returns what to say of the
// mail without one.
func (x *sender) connect() *Report {
	if x.down != nil || x.s != nil {
		return x.down
	}
	if Abort(x.ctx).Err() != nil {
		return unsent(errAborted)
	}
	if !x.placed {
		if err := x.pool.enter(x.ctx); err != nil {
			return unsent(err)
		}
		x.placed = true
	}
	if !x.fresh {
		if s := x.pool.take(Abort(x.ctx)); s != nil {
			x.hold(s)
			return nil
		}
	}
	x.fresh = false
	s, refusal := x.pool.open(x.ctx)
	if refusal != nil {
		if refusal.Outcome == Unreachable {
			x.down = refusal
		}
		return refusal
	}
	x.hold(s)
	return nil
}

// untried is what is to be said of the mails behind one at whose MAIL the relay
// gave up. It may have been that mail's fault, so the others are not made to wait
// with it: Unsent, they go before it.
func untried(r Report) *Report {
	return &Report{Outcome: Unsent, Text: cleanText("not sent: the relay gave up at the mail before: " + r.Text)}
}

func (x *sender) drop() {
	x.s.finish()
	x.unhold()
	x.s = nil
}

// release gives back what the sender holds. A session with replies due is of no
// use to others.
func (x *sender) release() {
	if x.s != nil {
		if !x.unhold() || len(x.flight) > 0 {
			x.s.leave(cutOff)
		}
		x.pool.put(x.s)
	}
	if x.placed {
		x.pool.exit()
	}
}
