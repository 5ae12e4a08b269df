package queue

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

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

// A gate keeps envelopes to one local part on their way until it is opened, at
// the latest when the test ends.
type gate struct {
	to   string
	wait chan struct{}
	open func()
}

func newGate(t *testing.T, to string) gate {
	g := gate{to: to, wait: make(chan struct{})}
	g.open = sync.OnceFunc(func() { close(g.wait) })
	t.Cleanup(g.open)
	return g
}

func (g gate) during(e *host.Envelope) {
	if strings.HasPrefix(e.To[0], g.to+"@") {
		<-g.wait
	}
}

// since returns the time since the start of a synctest bubble.
func since() time.Duration {
	return time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
}

// pass lets the time of a synctest bubble pass, and what happens in it happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// A faulty store fails where it is told to.
type faulty struct {
	Store
	mu                                         sync.Mutex
	insert, claim, extend, finish, routes, set error
	claims, finishes                           int                       // calls
	during                                     func(ctx context.Context) // an Insert
}

func (s *faulty) fail(which *error, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*which = err
}

func (s *faulty) called(calls *int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *calls
}

func (s *faulty) failing(which *error, calls *int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if calls != nil {
		*calls++
	}
	return *which
}

func (s *faulty) Insert(ctx context.Context, mails []*Mail) error {
	if s.during != nil {
		s.during(ctx)
	}
	if err := s.failing(&s.insert, nil); err != nil {
		return err
	}
	return s.Store.Insert(ctx, mails)
}

func (s *faulty) Claim(ctx context.Context, want Want) (*Batch, time.Duration, error) {
	if err := s.failing(&s.claim, &s.claims); err != nil {
		return nil, 0, err
	}
	return s.Store.Claim(ctx, want)
}

func (s *faulty) Extend(ctx context.Context, leases []Lease, d time.Duration) error {
	if err := s.failing(&s.extend, nil); err != nil {
		return err
	}
	return s.Store.Extend(ctx, leases, d)
}

func (s *faulty) Finish(ctx context.Context, finishes []Finish) (int, error) {
	if err := s.failing(&s.finish, &s.finishes); err != nil {
		return 0, err
	}
	return s.Store.Finish(ctx, finishes)
}

func (s *faulty) Routes(ctx context.Context) ([]Route, error) {
	if err := s.failing(&s.routes, nil); err != nil {
		return nil, err
	}
	return s.Store.Routes(ctx)
}

func (s *faulty) SetRoute(ctx context.Context, route Route) (bool, error) {
	if err := s.failing(&s.set, nil); err != nil {
		return false, err
	}
	return s.Store.SetRoute(ctx, route)
}

// open opens a queue that is closed when the test ends.
func open(t *testing.T, store Store, h host.Host, cfg Config) *Queue {
	t.Helper()
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	q, err := Open(store, h, cfg)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = q.Close(ctx)
	})
	return q
}

// letter returns a mail to those local parts.
func letter(lane Lane, to ...string) *Mail {
	m := &Mail{Lane: lane, Envelope: host.Envelope{From: "shop@acme.example", Data: []byte("Subject: x\r\n\r\nx\r\n")}}
	for _, local := range to {
		m.To = append(m.To, local+"@customer.example")
	}
	return m
}

func commit(t *testing.T, q *Queue, mails ...*Mail) {
	t.Helper()
	require.NoError(t, q.Commit(t.Context(), mails...))
}

func record(t *testing.T, q *Queue, m *Mail) *Record {
	t.Helper()
	r, err := q.Get(context.Background(), m.ID)
	require.NoError(t, err)
	return r
}

func requireState(t *testing.T, q *Queue, m *Mail, want State) {
	t.Helper()
	require.Equal(t, want.String(), record(t, q, m).State.String())
}

func onlyRoute(t *testing.T, q *Queue) Route {
	t.Helper()
	routes, err := q.Routes(context.Background())
	require.NoError(t, err)
	require.Len(t, routes, 1)
	return routes[0]
}

// A journal collects log lines.
type journal struct {
	mu    sync.Mutex
	lines strings.Builder
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.lines.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.lines.String()
}

func (j *journal) logger() *slog.Logger { return slog.New(slog.NewTextHandler(io.Writer(j), nil)) }

// count returns in how many lines all the words stand.
func (j *journal) count(words ...string) int {
	n := 0
	for line := range strings.Lines(j.String()) {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) }) {
			n++
		}
	}
	return n
}
