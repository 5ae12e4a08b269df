//go:build linux

package crash

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// A load is several processes that commit and send on one store, while they are
// killed and stopped and the relay fails in many ways.
type load struct {
	suite    Suite
	t        *testing.T
	random   *rand.Rand
	history  History
	trouble  Trouble
	relay    *relay
	children []*process
	lasts    time.Duration
	struck   map[string]int // how often each bad thing was done
}

// SurvivesARandomLoad runs a load for a while, and judges what became of each
// mail.
func (s Suite) SurvivesARandomLoad(t *testing.T) {
	t.Parallel()
	l := &load{suite: s, t: t, random: newRandom(t), struck: map[string]int{}}
	l.lasts = cmp.Or(*loadTime, short(s, 40*time.Second, 5*time.Second))
	l.trouble = s.trouble(t)
	l.relay = newRelay(t, &l.history)
	l.relay.restart(l.faults()...)
	for n := range processes {
		l.children = append(l.children, l.child(n))
	}
	for begin := time.Now(); !l.over(begin); {
		time.Sleep(time.Duration(50+l.random.IntN(400)) * time.Millisecond) // the load's rhythm
		l.strike()
	}
	for _, child := range l.children {
		child.kill()
	}
	l.relay.stop()
	v := s.settle(t, &l.history, l.trouble.Place)
	t.Logf("%v; %v", v, l.struck)
	require.Positive(t, v.Acknowledged)
	require.Positive(t, v.Accepted)
}

// over tells whether it has lasted long enough, also for something to have happened.
func (l *load) over(begin time.Time) bool {
	acknowledged, accepted := l.history.Tally()
	lasted := time.Since(begin)
	return lasted > l.lasts && acknowledged > 0 && accepted > 0 || lasted > l.lasts+aWhile
}

// processes is how many share a load.
const processes = 3

func (s Suite) trouble(t *testing.T) Trouble {
	if s.Trouble != nil {
		return s.Trouble(t)
	}
	place := s.Place(t)
	return Trouble{Place: place, Places: slices.Repeat([]string{place}, processes)}
}

func (l *load) child(n int) *process {
	return start(l.t, &l.history, job{
		Place: l.trouble.Places[n], Relay: l.relay.Addr, Lease: lease, Patience: time.Second,
		Committers: 2, Pace: 60 * time.Millisecond, Size: 4000, Seed: l.random.Uint64(),
		Limit: l.lasts + aWhile,
	})
}

// strike does one bad thing.
func (l *load) strike() {
	n := l.random.IntN(len(l.children))
	strikes := []Strike{
		{"kill", l.replace},
		{"kill", l.replace},
		{"stop", func(n int, d time.Duration) bool { l.children[n].stop(d); return true }},
		{"restart of the relay", func(int, time.Duration) bool { l.relay.restart(l.faults()...); return true }},
	}
	strikes = append(strikes, l.trouble.Strikes...)
	s := strikes[l.random.IntN(len(strikes))]
	if s.Do(n, time.Duration(l.random.Int64N(int64(max(2*lease, l.lasts/10))))) {
		l.struck[s.Name]++
	}
}

// replace kills a child, unless it is about to commit its first mail, and starts
// another.
func (l *load) replace(n int, _ time.Duration) bool {
	if child := l.children[n]; !child.working.Load() && time.Since(child.began) < 5*time.Second {
		return false
	}
	l.children[n].kill()
	l.children[n] = l.child(n)
	return true
}

// faults returns what goes wrong on the relay's next connections.
func (l *load) faults() []hosttest.Fault {
	menu := []hosttest.Fault{
		{At: hosttest.Greeting, Reply: "421 4.3.2 Busy"},
		{At: hosttest.EHLO, Do: hosttest.Close},
		{At: hosttest.MAIL, Reply: "421 4.3.2 Closing"},
		{At: hosttest.MAIL, Do: hosttest.Reset},
		{At: hosttest.RCPT, Reply: "452 4.2.2 Full"},
		{At: hosttest.RCPT, Delay: 300 * time.Millisecond},
		{At: hosttest.DATA, Do: hosttest.Close},
		{At: hosttest.DATA, Reply: "451 4.3.0 Not now"},
		{At: hosttest.Content, Do: hosttest.Reset, After: 1 + l.random.IntN(2000)},
		{At: hosttest.Content, Do: hosttest.Hang, After: 1 + l.random.IntN(2000)},
		{At: hosttest.Verdict, Do: hosttest.Close},
		{At: hosttest.Verdict, Do: hosttest.Reset},
		{At: hosttest.Verdict, Do: hosttest.Hang},
		{At: hosttest.Verdict, Delay: 300 * time.Millisecond},
		{At: hosttest.Verdict, Delay: 1500 * time.Millisecond}, // longer than anybody waits
		{At: hosttest.Verdict, Reply: "421 4.3.2 Closing"},
		{At: hosttest.Verdict, Reply: "451 4.3.0 Not now"},
	}
	var faults []hosttest.Fault
	next := l.relay.Conns() + 1
	for range 8 {
		f := menu[l.random.IntN(len(menu))]
		f.Conn = next + l.random.IntN(10)
		if f.At >= hosttest.MAIL {
			f.Mail = 1 + l.random.IntN(10)
		}
		faults = append(faults, f)
	}
	return faults
}
