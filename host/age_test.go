package host

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A connection that is older than MaxAge by the time that it is ready carries one
// mail all the same: the next would be as old.
func TestAnAgedConnectionCarriesAMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := standardServer()
		var dials atomic.Int32
		h := &SMTP{Addr: "localhost:25", LocalName: "client.example", MaxAge: time.Second}
		h.dialer = func(context.Context) (net.Conn, error) {
			if dials.Add(1) > 9 {
				return nil, net.UnknownNetworkError("too often")
			}
			return server.dialWith(func(at string) {
				if at == "greeting" {
					time.Sleep(2 * time.Second) // in the bubble
				}
			}), nil
		}
		got := sendAny(t, h, t.Context(), envelope("b@y.example"), envelope("c@y.example"))
		require.Equal(t, []string{"delivered", "delivered"}, words(got))
		require.EqualValues(t, 2, dials.Load())
		require.NoError(t, h.Close())
	})
}

// A server may hang up while Rate makes a mail wait for its turn: that is nobody's
// fault, and says nothing about the server.
func TestServerHangsUpWhileRateWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := standardServer()
		h := &SMTP{Addr: "localhost:25", LocalName: "client.example", Rate: 0.01}
		h.dialer = func(context.Context) (net.Conn, error) {
			near, far := net.Pipe()
			go server.serve(far, func(string) {})
			time.AfterFunc(30*time.Second, func() { far.Close() })
			return near, nil
		}
		var sends sync.WaitGroup
		for range 3 {
			sends.Go(func() {
				got := sendAny(t, h, t.Context(), envelope("b@y.example"), envelope("c@y.example"))
				require.Equal(t, []string{"delivered", "delivered"}, words(got), got)
			})
		}
		sends.Wait()
		require.NoError(t, h.Close())
	})
}
