package host

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// Rate holds over all connections, and from batch to batch.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := standardServer()
		h := client(t, &SMTP{Addr: "localhost:25", Rate: 2, dialer: server.dial})
		began := time.Now()
		var sends sync.WaitGroup
		for range 3 {
			sends.Go(func() {
				send(t, h, t.Context(), envelope("b@y.example"), envelope("b@y.example"))
				sendOne(t, h, envelope("b@y.example"))
			})
		}
		sends.Wait()
		require.Equal(t, 4*time.Second, time.Since(began).Round(time.Millisecond), "9 mails, the first at once")
	})
}

// What would have to wait for longer than there is time is not begun.
func TestRateAndContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := standardServer()
		h := client(t, &SMTP{Addr: "localhost:25", Rate: 0.1, dialer: server.dial})
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		defer cancel()
		reports := send(t, h, ctx, envelope("b@y.example"), envelope("c@y.example"), envelope("d@y.example"), envelope("e@y.example"))
		require.Equal(t, "delivered delivered unsent unsent",
			outcomes(append(append(append(reports[0], reports[1]...), reports[2]...), reports[3]...)))
	})
}
