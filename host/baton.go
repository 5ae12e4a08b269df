package host

import (
	"context"
	"slices"
)

// A baton is a batch that is passed from one host to the next until each
// recipient has an outcome that stands.
type baton struct {
	mails []passedMail
	done  func(i int, reports []Report)
}

// A passedMail is one mail of it.
type passedMail struct {
	e       *Envelope
	open    []int    // recipients that go on to the next host, by index
	reports []Report // of all recipients, as they stand
	over    bool     // done was called
}

func newBaton(batch []*Envelope, done func(i int, reports []Report)) *baton {
	b := &baton{mails: make([]passedMail, len(batch)), done: done}
	for i, e := range batch {
		m := passedMail{e: e, open: make([]int, len(e.To)), reports: sameForAll(e, Report{})}
		for k := range m.open {
			m.open[k] = k
		}
		b.mails[i] = m
	}
	return b
}

// open returns whether anything is to go on.
func (b *baton) open() bool {
	return slices.ContainsFunc(b.mails, func(m passedMail) bool { return !m.over })
}

// pass sends what is open to h, and calls note with the reports of each mail. A
// mail at which a relay gave up goes behind the others, lest it hold them up again.
func (b *baton) pass(ctx context.Context, h Host, note func([]Report)) {
	p, last := part{host: h}, part{}
	for i := range b.mails {
		switch m := &b.mails[i]; {
		case m.over:
		case slices.ContainsFunc(m.reports, func(r Report) bool { return r.AtMail }):
			last.add(i, m.remainder())
		default:
			p.add(i, m.remainder())
		}
	}
	p.envelopes = append(p.envelopes, last.envelopes...)
	p.indexes = append(p.indexes, last.indexes...)
	p.send(ctx, func(i int, reports []Report) {
		note(reports)
		if m := &b.mails[i]; m.take(reports) {
			m.over = true
			b.done(i, m.reports)
		}
	})
}

// finish reports what is still open as it stands.
func (b *baton) finish() {
	for i, m := range b.mails {
		if !m.over {
			b.done(i, m.reports)
		}
	}
}

// remainder returns the mail with the recipients that are open.
func (m *passedMail) remainder() *Envelope {
	if len(m.open) == len(m.e.To) {
		return m.e
	}
	e := *m.e
	e.To = make([]string, len(m.open))
	for n, k := range m.open {
		e.To[n] = m.e.To[k]
	}
	return &e
}

// take takes the reports of the recipients that were open, and returns whether
// none is any more.
func (m *passedMail) take(reports []Report) bool {
	var open []int
	for n, r := range reports {
		k := m.open[n]
		if r.Outcome == Unreachable || r.Outcome == Unsent {
			before := m.reports[k]
			r.Alarm, r.AtMail = r.Alarm || before.Alarm, r.AtMail || before.AtMail
			open = append(open, k)
		}
		m.reports[k] = r
	}
	m.open = open
	return len(open) == 0
}
