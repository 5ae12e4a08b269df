package host

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// A fakeHost says of each mail what its say returns, and keeps what it was
// given. Its zero value delivers.
type fakeHost struct {
	say     func(k int, e *Envelope) Report // of every recipient; k is the index in its batch
	mistake error                           // what Validate returns

	mu      sync.Mutex
	batches [][]*Envelope
	closed  int
}

func (h *fakeHost) Send(ctx context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	h.mu.Lock()
	h.batches = append(h.batches, slices.Clone(batch))
	h.mu.Unlock()
	for k, e := range batch {
		r := Report{Outcome: Delivered, Code: 250}
		switch {
		case ctx.Err() != nil:
			r = *unsent(ctx.Err())
		case h.say != nil:
			r = h.say(k, e)
		}
		done(k, sameForAll(e, r))
	}
}

func (h *fakeHost) Validate() error { return h.mistake }

func (h *fakeHost) Close() error {
	h.closed++
	return errors.New("closed")
}

// recipients returns whom the host was asked to send to, by batch.
func (h *fakeHost) recipients() [][]string {
	all := [][]string{}
	for _, batch := range h.batches {
		var to []string
		for _, e := range batch {
			to = append(to, e.To...)
		}
		all = append(all, to)
	}
	return all
}

// says returns a say that is the same for all mails.
func says(r Report) func(int, *Envelope) Report {
	return func(int, *Envelope) Report { return r }
}

// A hostFunc is a host that is its Send.
type hostFunc func(ctx context.Context, batch []*Envelope, done func(i int, reports []Report))

func (f hostFunc) Send(ctx context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	f(ctx, batch, done)
}

// A faithless host breaks the contract of Host in every way that its reader can
// bear: it reports late, twice, of others' mails, with too few reports, or not
// at all.
type faithless struct{}

func (faithless) Send(_ context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	delivered := func(k int) []Report { return sameForAll(batch[k], Report{Outcome: Delivered}) }
	done(-1, nil)
	done(len(batch), nil)
	done(0, delivered(0))
	done(0, sameForAll(batch[0], Report{Outcome: Permanent}))
	if len(batch) > 1 {
		done(1, delivered(1)[1:])
	}
}

// sendAny returns the reports of each envelope, and checks what holds for every
// Send whatever the order of its mails: one call for each, one at a time, none
// after the last, a report for each recipient, and nothing modified.
func sendAny(t testing.TB, h Host, ctx context.Context, batch ...*Envelope) [][]Report {
	t.Helper()
	before := make([]Envelope, len(batch))
	for i, e := range batch {
		before[i] = *e
		before[i].To, before[i].Data = slices.Clone(e.To), slices.Clone(e.Data)
	}
	all := make([][]Report, len(batch))
	var calls, inside atomic.Int32
	h.Send(ctx, batch, func(i int, reports []Report) {
		require.EqualValues(t, 1, inside.Add(1), "two calls of done at once")
		require.Nil(t, all[i], "a second report of mail %d", i)
		require.Len(t, reports, len(batch[i].To))
		for k, r := range reports {
			require.Equal(t, batch[i].To[k], r.To)
		}
		all[i] = reports
		calls.Add(1)
		inside.Add(-1)
	})
	require.EqualValues(t, len(batch), calls.Load())
	for i, e := range batch {
		require.Equal(t, before[i], *e, "Send modified mail %d", i)
	}
	return all
}

// letters returns mails to one recipient each.
func letters(to ...string) []*Envelope {
	batch := make([]*Envelope, len(to))
	for i, to := range to {
		batch[i] = envelope(to)
	}
	return batch
}

// recipients returns n of them, of one domain.
func recipients(n int) []string {
	var to []string
	for i := range n {
		to = append(to, fmt.Sprintf("u%d@y.example", i))
	}
	return to
}

// words returns the outcomes of all mails.
func words(all [][]Report) []string {
	var words []string
	for _, reports := range all {
		words = append(words, outcomes(reports))
	}
	return words
}
