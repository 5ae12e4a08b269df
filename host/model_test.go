package host

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// modelSeeds are how many random runs each way to move mails gets.
const modelSeeds = 100

// TestReportsAreTrue compares what is reported with what a server that fails
// anywhere has really taken: Delivered is what it took once, Uncertain what it may
// have taken, and nothing else is anything that it took.
func TestReportsAreTrue(t *testing.T) {
	ways := map[string]moody{
		"lockstep":       {offers: "250-8BITMIME\r\n"},
		"pipelined":      {offers: "250-PIPELINING\r\n"},
		"chunked":        {offers: "250-PIPELINING\r\n250-CHUNKING\r\n"},
		"LMTP":           {lmtp: true},
		"LMTP pipelined": {offers: "250-PIPELINING\r\n", lmtp: true},
	}
	for name := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(modelSeeds) {
				ok := t.Run(fmt.Sprint(seed), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						newModel(seed, ways[name].offers, ways[name].lmtp).run(t)
					})
				})
				if !ok {
					return
				}
			}
		})
	}
}

// A model is one random run.
type model struct {
	rand   *rand.Rand
	server *moody
	smtp   *SMTP
	number int // of the next mail
}

func newModel(seed uint64, offers string, lmtp bool) *model {
	r := rand.New(rand.NewPCG(seed, 0))
	m := &model{rand: r}
	m.server = &moody{seed: seed, offers: offers, lmtp: lmtp, ledger: map[taking]int{},
		mood: []float64{0, 0.01, 0.03, 0.1, 0.3}[r.IntN(5)], most: []int{0, 0, 1, 2, 5}[r.IntN(5)]}
	if r.IntN(4) == 0 {
		m.server.offers += fmt.Sprintf("250-LIMITS MAILMAX=%d RCPTMAX=%d\r\n", 1+r.IntN(9), 1+r.IntN(9))
	}
	m.smtp = &SMTP{Addr: "localhost:25", LocalName: "client.example", dialer: m.server.dial,
		MaxConns:   1 + r.IntN(3),
		MaxPerConn: []int{0, 0, 1, 3}[r.IntN(4)],
		MaxAge:     []time.Duration{0, 0, 1, time.Second}[r.IntN(4)],
		NoopAfter:  []time.Duration{0, 1, time.Hour}[r.IntN(3)],
		Rate:       []float64{0, 0, 0, 1}[r.IntN(4)],
	}
	return m
}

func (m *model) run(t *testing.T) {
	open := countConns(m.smtp)
	var h Host = m.smtp
	if m.server.lmtp {
		h = (*LMTP)(m.smtp)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if last := m.rand.IntN(200); last < 50 {
		m.server.at = func(n int) {
			if n == last {
				cancel()
			}
		}
	}
	var sent [][]*Envelope
	var reported [][][]Report
	for range 1 + m.rand.IntN(3) {
		var sends sync.WaitGroup
		for range 1 + m.rand.IntN(3) {
			batch := m.batch()
			results := make([][]Report, len(batch))
			sent, reported = append(sent, batch), append(reported, results)
			sends.Go(func() { copy(results, sendAny(t, h, ctx, batch...)) })
		}
		sends.Wait()
		time.Sleep(time.Duration(m.rand.IntN(20)) * time.Second) // in the bubble
	}
	require.NoError(t, m.smtp.Close())
	require.Zero(t, open.Load(), "connections left open")
	m.server.serving.Wait()
	for n, batch := range sent {
		for i, e := range batch {
			m.server.requireTrue(t, e, reported[n][i])
		}
	}
	require.Zero(t, len(m.server.ledger), "taken, but nobody sent that")
}

func (m *model) batch() []*Envelope {
	batch := make([]*Envelope, m.rand.IntN(10))
	for i := range batch {
		m.number++
		e := &Envelope{From: fmt.Sprintf("from-%d@x%d.example", m.number, m.number%3)}
		body := strings.Repeat("..dots"+strings.Repeat(".", 900)+"\r\n", []int{150, 90, 10, 1, 0}[min(m.rand.IntN(60), 4)])
		e.Data = fmt.Appendf(nil, "Subject: %d\r\n\r\n%s", m.number, body)
		for k := range m.recipients() {
			e.To = append(e.To, fmt.Sprintf("to-%d-%d@y%d.example", m.number, k, k%4))
		}
		batch[i] = e
	}
	return batch
}

func (m *model) recipients() int {
	switch m.rand.IntN(20) {
	case 0:
		return 0
	case 1:
		return 90 + m.rand.IntN(40)
	case 2, 3, 4, 5, 6:
		return 2 + m.rand.IntN(4)
	}
	return 1
}

// assertTrue takes what was taken of e from the ledger.
func (m *moody) requireTrue(t *testing.T, e *Envelope, reports []Report) {
	for _, r := range reports {
		key := taking{e.From, r.To, string(e.Data)}
		n := m.ledger[key]
		delete(m.ledger, key)
		most := 0
		switch r.Outcome {
		case Delivered:
			require.Equal(t, 1, n, "%s %+v", e.From, r)
			require.Equal(t, 2, r.Code/100)
			continue
		case Uncertain:
			most = 1
		case Permanent:
			require.Equal(t, 5, r.Code/100)
		}
		require.LessOrEqual(t, n, most, "%s %+v", e.From, r)
		require.NotEmpty(t, r.Text, "%+v", r)
		require.False(t, r.AtMail && r.Outcome != Unreachable)
	}
}
