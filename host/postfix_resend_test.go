//go:build linux

package host

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A resender sends mails as a queue does: what is not settled goes again, and
// what has been uncertain goes alone.
type resender struct {
	host  Host
	mails []*Envelope
	batch int           // mails in a batch
	told  func(Outcome) // is told of each report, where it is set
	limit time.Duration

	reports   map[Outcome]int
	uncertain map[string]int // how often each mail was
	err       error
}

// run returns when all are delivered, or sets err.
func (r *resender) run(t *testing.T) {
	r.reports, r.uncertain = map[Outcome]int{}, map[string]int{}
	ctx, cancel := context.WithTimeout(t.Context(), r.limit)
	defer cancel()
	together, alone := r.mails, []*Envelope(nil)
	for {
		left := slices.Concat(r.round(t, r.batch, together), r.round(t, 1, alone))
		if len(left) == 0 {
			return
		}
		together, alone = nil, nil
		for _, m := range left {
			if r.uncertain[m.ID] > 0 {
				alone = append(alone, m)
			} else {
				together = append(together, m)
			}
		}
		select {
		case <-time.After(50 * time.Millisecond): // a queue is more patient
		case <-ctx.Done():
			r.err = fmt.Errorf("%d mails are left after %v", len(left), r.limit)
			return
		}
	}
}

// inEachMode returns resenders that have n mails each for the services of that
// name.
func (p *postfix) inEachMode(t *testing.T, name string, n int, timeouts Timeouts) []*resender {
	var all []*resender
	for i, mode := range modes {
		h := client(t, &SMTP{Addr: p.addrs[name+"-"+mode.name], Timeouts: timeouts})
		r := &resender{host: h, batch: 100, limit: 3 * time.Minute}
		for k := range n {
			body := strings.Repeat("x\r\n", 1+k%7*100)
			r.mails = append(r.mails, numberedMail(n*i+k, body, fmt.Sprintf("u%d@y.example", k)))
		}
		all = append(all, r)
	}
	return all
}

// runAll runs resenders side by side.
func runAll(t *testing.T, all []*resender) {
	var running sync.WaitGroup
	for _, r := range all {
		running.Go(func() { r.run(t) })
	}
	running.Wait()
}

// round sends mails once and returns those that are to go again.
func (r *resender) round(t *testing.T, size int, mails []*Envelope) (left []*Envelope) {
	for i, reports := range sendAll(t, r, size, 4, mails) {
		outcome := reports[0].Outcome
		r.reports[outcome]++
		if outcome != Delivered {
			left = append(left, mails[i])
		}
		if outcome == Uncertain {
			r.uncertain[mails[i].ID]++
		}
	}
	return left
}

// Send makes a resender a Host, which tells of its reports.
func (r *resender) Send(ctx context.Context, batch []*Envelope, done func(int, []Report)) {
	r.host.Send(ctx, batch, func(i int, reports []Report) {
		done(i, reports)
		if r.told != nil {
			r.told(reports[0].Outcome)
		}
	})
}

// requireExactly checks that nothing is lost and that nothing was sent twice but
// what was uncertain before. It returns how many were, and how many Postfix has
// handed on twice by itself.
func (r *resender) requireExactly(t *testing.T, arrived []arrival) (twice, repeated int) {
	t.Helper()
	require.NoError(t, r.err)
	require.Equal(t, len(r.mails), r.reports[Delivered])
	queueIDs := map[string]map[string]int{}
	for _, a := range arrived {
		if queueIDs[a.id] == nil {
			queueIDs[a.id] = map[string]int{}
		}
		queueIDs[a.id][a.queueID]++
	}
	for _, m := range r.mails {
		sent := len(queueIDs[m.ID])
		for _, times := range queueIDs[m.ID] {
			repeated += times - 1
		}
		require.NotZero(t, sent, "%s is lost", m.ID)
		require.LessOrEqual(t, sent, 1+r.uncertain[m.ID], "%s was sent again", m.ID)
		twice += sent - 1
	}
	return twice, repeated
}
