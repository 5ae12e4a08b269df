package queue

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// A relay is a scripted Host. Unless answer says otherwise, a recipient whose
// local part is the name of an outcome gets that outcome, and any other is
// delivered.
type relay struct {
	answer func(e *host.Envelope, to string) host.Outcome
	during func(e *host.Envelope) // while an envelope is on its way
	alarm  bool

	mu      sync.Mutex
	sent    []attempt
	sending int // Sends at work
	most    int // Sends side by side
}

// An attempt is one envelope that a relay was given and began.
type attempt struct {
	id, to string // to: all recipients
	at     time.Duration
	batch  int // how many there were in it
}

var outcomes = map[string]host.Outcome{}

func init() {
	for o := host.Unsent; o <= host.Uncertain; o++ {
		outcomes[o.String()] = o
	}
}

func (r *relay) Send(ctx context.Context, batch []*host.Envelope, done func(int, []host.Report)) {
	r.enter(1)
	defer r.enter(-1)
	for i, e := range batch {
		reports := make([]host.Report, len(e.To))
		if ctx.Err() == nil {
			r.note(attempt{e.ID, strings.Join(e.To, " "), since(), len(batch)})
			if r.during != nil {
				r.during(e)
			}
			for j, to := range e.To {
				reports[j] = r.report(e, to)
			}
		}
		done(i, reports)
	}
}

func (r *relay) enter(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sending += n
	r.most = max(r.most, r.sending)
}

func (r *relay) note(a attempt) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, a)
}

func (r *relay) report(e *host.Envelope, to string) host.Report {
	local, _, _ := strings.Cut(to, "@")
	o, named := outcomes[local]
	if !named {
		o = host.Delivered
	}
	r.mu.Lock()
	answer := r.answer
	r.mu.Unlock()
	if answer != nil {
		o = answer(e, to)
	}
	return host.Report{To: to, Outcome: o, Text: "relay said " + o.String(), Relay: "relay:25", Alarm: r.alarm}
}

// answers changes what the relay answers from now on.
func (r *relay) answers(f func(e *host.Envelope, to string) host.Outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

func (r *relay) attempts() []attempt {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.sent)
}

// times returns when each attempt was made, from the start of the bubble.
func (r *relay) times() []time.Duration {
	var times []time.Duration
	for _, a := range r.attempts() {
		times = append(times, a.at)
	}
	return times
}

// A gate keeps some envelopes on their way until it is opened, at the latest when
// the test ends.
type gate struct {
	keeps func(e *host.Envelope) bool
	wait  chan struct{}
	open  func()
}

func newGate(t *testing.T, keeps func(e *host.Envelope) bool) gate {
	g := gate{keeps: keeps, wait: make(chan struct{})}
	g.open = sync.OnceFunc(func() { close(g.wait) })
	t.Cleanup(g.open)
	return g
}

// gateTo keeps what is to one local part.
func gateTo(t *testing.T, to string) gate {
	return newGate(t, func(e *host.Envelope) bool { return strings.HasPrefix(e.To[0], to+"@") })
}

// gateOf keeps what goes by these routes, whose relays thus hang.
func gateOf(t *testing.T, routes ...string) gate {
	return newGate(t, func(e *host.Envelope) bool { return slices.Contains(routes, e.Route) })
}

func (g gate) during(e *host.Envelope) {
	if g.keeps(e) {
		<-g.wait
	}
}

// since returns the time since the start of a synctest bubble.
func since() time.Duration {
	return time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
}

// last returns the last of a list.
func last[T any](list []T) T { return list[len(list)-1] }
