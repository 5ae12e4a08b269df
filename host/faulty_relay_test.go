package host

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// faults are what a relay may say to a command, or do, that is in no mail's favour.
//
// The first of each is not for chunked mode, in which nothing is asked before the
// content is sent: a relay that does not do RSET, or says more than it is asked for,
// then gets mails mixed up.
var faults = map[string][]string{
	"":     {"stray", "421 4.3.2 busy", "554 no", "close", "hang"},
	"EHLO": {"stray", "421 4.3.2 busy", "550 no", "close", "hang"},
	"RSET": {"500 what?", "421 4.3.2 bye", "close", "hang"},
	"MAIL": {"stray", "450 4.3.0 later", "451 4.3.0 later", "452 4.3.1 full", "452 too many messages", "454 throttled", "503 what?", "550 5.1.7 no", "421 4.3.2 bye", "close", "hang"},
	"RCPT": {"stray", "450 4.2.1 later", "451 4.3.0 later", "452 4.5.3 too many", "552 5.5.3 too many", "503 what?", "550 5.1.1 no", "421 4.3.2 bye", "close", "hang"},
	"DATA": {"stray", "451 4.3.0 later", "503 what?", "554 no valid recipients", "554 5.6.0 no", "421 4.3.2 bye", "close", "hang"},
	".":    {"stray", "451 4.3.0 later", "554 5.6.0 no", "421 4.3.2 bye", "close", "hang"},
	"BDAT": {"stray", "451 4.3.0 later", "503 what?", "554 no valid recipients", "554 5.6.0 no", "421 4.3.2 bye", "close", "hang"},
}

// A relay that fails here and there: what is Delivered was taken, and what was taken
// is Delivered, once and as it is, but for what nobody can know. All comes to an end
// at once.
func TestFaultsAtRandom(t *testing.T) {
	for _, m := range allModes {
		t.Run(m.String(), func(t *testing.T) {
			for seed := range uint64(200) {
				synctest.Test(t, func(t *testing.T) { sendToFaulty(t, m, seed) })
			}
		})
	}
}

func sendToFaulty(t *testing.T, m mode, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 1))
	often := 4 + random.IntN(60)
	var mu sync.Mutex // a connection that was given up may still be answered
	r := &relay{mode: m, instead: func(_ *relaySession, line string) string {
		mu.Lock()
		defer mu.Unlock()
		word, _, _ := strings.Cut(line, " ")
		may := faults[word]
		if len(may) == 0 || random.IntN(often) > 0 {
			return ""
		}
		if m == chunked {
			may = may[1:] // see faults
		}
		return may[random.IntN(len(may))]
	}}
	batch := numberedMails(1 + random.IntN(40))
	for i, e := range batch {
		for k := range random.IntN(4) {
			e.To = append(e.To, []string{"550@y.example", fmt.Sprintf("k%d-%d@y.example", i, k)}[random.IntN(2)])
		}
	}
	for i, reports := range sendTo(t, r, batch) {
		for k, report := range reports {
			what := fmt.Sprintf("seed %d, mail %d, recipient %d: %s %d %s", seed, i, k, report.Outcome, report.Code, report.Text)
			taken := r.tookFor(t, batch[i], report.To)
			switch report.Outcome {
			case Delivered:
				require.Equal(t, 1, taken, what)
			case Uncertain:
				require.LessOrEqual(t, taken, 1, what)
				require.Positive(t, r.heardWhole(batch[i]), what)
			default:
				require.Zero(t, taken, what)
			}
		}
	}
}

// tookFor returns how often the relay agreed to a mail for a recipient, which has
// to be under its own sender.
func (r *relay) tookFor(t *testing.T, e *Envelope, to string) int {
	n := 0
	for _, taken := range r.taken {
		if string(taken.Data) == string(e.Data) && slices.Contains(taken.To, to) {
			require.Equal(t, e.From, taken.From)
			n++
		}
	}
	return n
}
