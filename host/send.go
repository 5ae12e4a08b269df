package host

import "context"

// maxRecipients of one transaction are what every server takes: RFC 5321
// section 4.5.3.1.8.
const maxRecipients = 100

// A sender is one Send under way. It holds a place in the pool from when it
// first needs one, and one session at a time.
type sender struct {
	pool   *pool
	ctx    context.Context
	placed bool
	s      *session
	fresh  bool    // a kept session has proved dead: the next is to be a new one
	down   *Report // the relay cannot be used: what the rest of the batch gets
}

// deliver carries one envelope to its outcome.
func (x *sender) deliver(e *Envelope) []Report {
	d := newDelivery(e)
	if err := x.ctx.Err(); err != nil {
		d.settlePending(*unsent(err))
	}
	for len(d.pending) > 0 {
		if refusal := x.connect(); refusal != nil {
			d.settlePending(*refusal)
			break
		}
		if d.fit(x.s); len(d.pending) == 0 {
			break
		}
		group := d.pending[:min(len(d.pending), maxRecipients)]
		n, down := x.s.transact(d, group)
		d.pending = d.pending[n:]
		if down != nil {
			d.settlePending(*down)
			x.down = untried(*down)
		}
		if x.s.end != goOn {
			x.fresh = n == 0
			x.drop()
		}
	}
	return d.reports
}

// connect sees to it that there is a session, or returns what to say of the
// mail without one.
func (x *sender) connect() *Report {
	if x.s != nil && x.pool.aged(x.s) {
		x.drop()
	}
	if x.s != nil || x.down != nil {
		return x.down
	}
	if !x.placed {
		if err := x.pool.enter(x.ctx); err != nil {
			return unsent(err)
		}
		x.placed = true
	}
	if !x.fresh {
		x.s = x.pool.take()
	}
	if x.s != nil {
		return nil
	}
	x.fresh = false
	s, refusal := x.pool.open(x.ctx)
	if refusal != nil {
		if refusal.Outcome == Unreachable {
			x.down = refusal
		}
		return refusal
	}
	x.s = s
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
	x.s = nil
}

// finish gives back what the sender holds.
func (x *sender) finish() {
	if x.s != nil {
		x.pool.put(x.s)
	}
	if x.placed {
		x.pool.exit()
	}
}
