package host

import (
	"context"
	"slices"
)

// A baton is a batch that is passed from one host to the next until each
// recipient has an outcome that stands.
type baton struct {
	legs []leg
	done func(i int, reports []Report)
}

// A leg is one mail of it.
type leg struct {
	e       *Envelope
	open    []int    // recipients that go on to the next host, by index
	reports []Report // of all recipients, as they stand
	over    bool     // done was called
}

func newBaton(batch []*Envelope, done func(i int, reports []Report)) *baton {
	b := &baton{legs: make([]leg, len(batch)), done: done}
	for i, e := range batch {
		l := leg{e: e, open: make([]int, len(e.To)), reports: sameForAll(e, Report{})}
		for k := range l.open {
			l.open[k] = k
		}
		b.legs[i] = l
	}
	return b
}

// open returns whether anything is to go on.
func (b *baton) open() bool {
	return slices.ContainsFunc(b.legs, func(l leg) bool { return !l.over })
}

// pass sends what is open to h, and calls note with the reports of each mail. A
// mail at which a relay gave up goes behind the others, lest it hold them up again.
func (b *baton) pass(ctx context.Context, h Host, note func([]Report)) {
	var p, last part
	for i := range b.legs {
		switch l := &b.legs[i]; {
		case l.over:
		case slices.ContainsFunc(l.reports, func(r Report) bool { return r.AtMail }):
			last.add(i, l.remainder())
		default:
			p.add(i, l.remainder())
		}
	}
	for k, i := range last.indexes {
		p.add(i, last.envelopes[k])
	}
	p.send(ctx, h, func(i int, reports []Report) {
		note(reports)
		if l := &b.legs[i]; l.take(reports) {
			l.over = true
			b.done(i, l.reports)
		}
	})
}

// finish reports what is still open as it stands.
func (b *baton) finish() {
	for i, l := range b.legs {
		if !l.over {
			b.done(i, l.reports)
		}
	}
}

// remainder returns the mail with the recipients that are open.
func (l *leg) remainder() *Envelope {
	if len(l.open) == len(l.e.To) {
		return l.e
	}
	e := *l.e
	e.To = make([]string, len(l.open))
	for n, k := range l.open {
		e.To[n] = l.e.To[k]
	}
	return &e
}

// take takes the reports of the recipients that were open, and returns whether
// none is any more.
func (l *leg) take(reports []Report) bool {
	var open []int
	for n, r := range reports {
		k := l.open[n]
		if r.Outcome == Unreachable || r.Outcome == Unsent {
			before := l.reports[k]
			r.Alarm, r.AtMail = r.Alarm || before.Alarm, r.AtMail || before.AtMail
			open = append(open, k)
		}
		l.reports[k] = r
	}
	l.open = open
	return len(open) == 0
}
