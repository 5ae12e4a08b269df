//go:build linux

package host

import (
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Postfix is killed and started again in the middle of 2,100 mails that go to it
// in all modes at once.
func TestPostfixRestarts(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, inEachMode("any")...)
	senders := p.inEachMode(t, "any", 700, Timeouts{})
	var delivered atomic.Int64
	step := make(chan struct{}, 2100/400)
	finished := runWith(t, senders, func(outcome Outcome) {
		if outcome == Delivered && delivered.Add(1)%400 == 0 {
			step <- struct{}{}
		}
	})
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGKILL, syscall.SIGKILL} {
		await(t, step, finished)
		p.stop(signal)
		p.start(t)
	}
	<-finished
	p.requireExactly(t, senders)
}

// Postfix says nothing for longer than anyone waits, and then goes on with what
// it was doing.
func TestPostfixFreezes(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, inEachMode("any")...)
	const limit = 3 * time.Second
	senders := p.inEachMode(t, "any", 100, Timeouts{Greeting: limit, Command: limit, Data: limit, Verdict: limit, Check: limit})
	var delivered atomic.Int64
	half, silence := make(chan struct{}, 1), make(chan struct{}, 1)
	finished := runWith(t, senders, func(outcome Outcome) {
		event := silence
		if outcome == Delivered {
			event = half
		}
		if outcome != Delivered || delivered.Add(1) == 150 {
			select {
			case event <- struct{}{}:
			default:
			}
		}
	})
	await(t, half, finished)
	p.signal(syscall.SIGSTOP)
	await(t, silence, finished)
	p.signal(syscall.SIGCONT)
	<-finished
	p.requireExactly(t, senders)
}

// runWith runs resenders that tell of their reports.
func runWith(t *testing.T, senders []*resender, told func(Outcome)) (finished chan struct{}) {
	for _, r := range senders {
		r.told = told
	}
	finished = make(chan struct{})
	go func() {
		defer close(finished)
		runAll(t, senders)
	}()
	return finished
}

func await(t *testing.T, event, finished chan struct{}) {
	t.Helper()
	select {
	case <-event:
	case <-finished:
		require.Fail(t, "all was over too soon")
	}
}

func (p *postfix) requireExactly(t *testing.T, senders []*resender) {
	t.Helper()
	arrived := p.arrivals(t)
	for i, r := range senders {
		twice, repeated := r.requireExactly(t, arrived)
		t.Logf("%s: %v; %d sent again after they were uncertain and had arrived; %d handed on twice by Postfix itself",
			modes[i].name, r.reports, twice, repeated)
	}
}
