package host

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A saying is what some host said of a recipient.
type saying struct {
	host   int
	report Report
}

// A gambler is a host that says anything of any recipient, and writes it down.
type gambler struct {
	number int
	mu     *sync.Mutex
	rand   *rand.Rand
	said   map[string][]saying // by recipient
}

func (g *gambler) Send(_ context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	for _, i := range g.shuffled(len(batch)) {
		done(i, g.say(batch[i]))
	}
}

func (g *gambler) shuffled(n int) []int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.rand.Perm(n)
}

func (g *gambler) say(e *Envelope) []Report {
	g.mu.Lock()
	defer g.mu.Unlock()
	reports := sameForAll(e, Report{})
	for k, to := range e.To {
		r := &reports[k]
		r.Outcome = Outcome(g.rand.IntN(int(Uncertain) + 1))
		r.Text = fmt.Sprint(g.number)
		r.AtMail = r.Outcome == Unreachable && g.rand.IntN(2) == 0
		g.said[to] = append(g.said[to], saying{g.number, *r})
	}
	return reports
}

// Whatever the hosts say: who has an outcome that stands is given to no other host,
// nobody is given to a host twice, and what the last of them said is reported.
func TestFailoverWhateverHostsSay(t *testing.T) {
	for seed := range uint64(50) {
		var mu sync.Mutex
		said := map[string][]saying{}
		random := rand.New(rand.NewPCG(seed, 1))
		f := &Failover{}
		for n := range 4 {
			f.Hosts = append(f.Hosts, &gambler{n, &mu, random, said})
		}
		var sends sync.WaitGroup
		var results [4][][]Report
		for s := range 4 {
			sends.Go(func() {
				batch := make([]*Envelope, 25)
				for i := range batch {
					batch[i] = envelope(fmt.Sprintf("%d-%d-a@y.example", s, i), fmt.Sprintf("%d-%d-b@y.example", s, i))
				}
				results[s] = sendAny(t, f, t.Context(), batch...)
			})
		}
		sends.Wait()
		for _, r := range slices.Concat(slices.Concat(results[:]...)...) {
			requireStands(t, r, said[r.To])
		}
	}
}

func requireStands(t *testing.T, r Report, said []saying) {
	asked := map[int]bool{}
	for i, s := range said {
		require.False(t, asked[s.host], "asked twice")
		asked[s.host] = true
		stands := s.report.Outcome != Unreachable && s.report.Outcome != Unsent
		require.False(t, stands && i < len(said)-1, "%s was passed on", s.report.Outcome)
	}
	last := said[len(said)-1].report
	last.AtMail = r.AtMail
	require.Equal(t, last, r)
}
