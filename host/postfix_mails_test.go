//go:build linux

package host

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// numbered returns n mails to one recipient each. Between them they have what
// can go wrong on the way: dots, every byte but NUL, CR and LF, lines as long as
// they may be, no body, much body.
func numbered(n int) []*Envelope {
	long := strings.Repeat("x", 997)
	var every []byte
	for b := 1; b < 256; b++ {
		if b != '\r' && b != '\n' {
			every = append(every, byte(b))
		}
	}
	bodies := []string{
		".\r\n..\r\n.x\r\n...\r\nx.\r\n.\r\n",
		"x" + long + "\r\n." + long + "\r\n" + long + ".\r\n",
		"Grüße, 世界\r\n" + string(every) + "\r\n",
		"",
		"\r\n\r\n.\r\n\r\n",
		strings.Repeat("."+strings.Repeat("x", 70)+"\r\n", 1000),
		strings.Repeat("y", 70) + "\r\n",
	}
	mails := make([]*Envelope, n)
	for i := range mails {
		mails[i] = numberedMail(i, bodies[i%len(bodies)], fmt.Sprintf("u%d@y.example", i))
	}
	return mails
}

func numberedMail(i int, body string, to ...string) *Envelope {
	return &Envelope{ID: fmt.Sprintf("<%d@x.example>", i), From: "a@x.example", To: to, Data: fmt.Appendf(nil,
		"From: a@x.example\r\nTo: b@y.example\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-ID: <%d@x.example>\r\n"+
			"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nSubject: a mail\r\n\r\n%s", i, body)}
}

// sendAll sends batches side by side and returns the reports of each mail.
func sendAll(t *testing.T, h Host, size, senders int, mails []*Envelope) [][]Report {
	all := make([][]Report, len(mails))
	batches := make(chan int, len(mails))
	for first := range slices.Chunk(seq(len(mails)), size) {
		batches <- first[0]
	}
	close(batches)
	var sends sync.WaitGroup
	for range senders {
		sends.Go(func() {
			for first := range batches {
				batch := mails[first:min(first+size, len(mails))]
				h.Send(context.Background(), batch, func(i int, reports []Report) {
					if all[first+i] != nil {
						t.Errorf("%s is reported twice", batch[i].ID)
					}
					all[first+i] = reports
				})
			}
		})
	}
	sends.Wait()
	for i, reports := range all {
		require.Len(t, reports, len(mails[i].To), mails[i].ID)
	}
	return all
}

func seq(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// requireDelivered checks that all was delivered, and that each mail has
// arrived once, as it was.
func requireDelivered(t *testing.T, mails []*Envelope, reports [][]Report, arrived []arrival) {
	t.Helper()
	for i, rs := range reports {
		for _, r := range rs {
			require.Equal(t, Delivered, r.Outcome, "%s: %+v", mails[i].ID, r)
		}
	}
	requireArrived(t, mails, arrived)
}

// requireArrived checks that each mail has arrived once, as it was.
func requireArrived(t *testing.T, mails []*Envelope, arrived []arrival) {
	t.Helper()
	byID := map[string]arrival{}
	for _, a := range arrived {
		require.NotContains(t, byID, a.id, "arrived twice")
		byID[a.id] = a
	}
	for _, m := range mails {
		require.Contains(t, byID, m.ID, "lost")
		require.ElementsMatch(t, m.To, byID[m.ID].to)
		require.Equal(t, string(m.Data), string(byID[m.ID].data))
	}
	require.Len(t, arrived, len(mails))
}
