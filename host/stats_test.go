package host

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{replies: standardServer(), hold: make(chan struct{})}
		h := s.client(&SMTP{MaxConns: 2})
		require.Equal(t, Stats{MaxConns: 2}, h.Stats())
		var sends sync.WaitGroup
		for range 3 {
			sends.Go(func() { sendOne(t, h, envelope("b@y.example")) })
		}
		synctest.Wait()
		require.Equal(t, Stats{MaxConns: 2, InUse: 2}, h.Stats(), "dialling")
		time.Sleep(time.Minute)
		close(s.hold)
		sends.Wait()
		want := Stats{MaxConns: 2, Open: 2, Idle: 2, Mails: 3, Dialed: 2, WaitCount: 1, WaitDuration: time.Minute}
		require.Equal(t, want, h.Stats())
		require.Equal(t, want.Open, h.Connections())
		time.Sleep(11 * time.Second)
		synctest.Wait()
		want.Open, want.Idle, want.IdleClosed = 0, 0, 2
		require.Equal(t, want, h.Stats())
		require.NoError(t, h.Close())
	})
}

func TestStatsOfWhatGoesWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := standardServer()
		h := client(t, &SMTP{Addr: "localhost:25", MaxPerConn: 1, dialer: server.dial})
		send(t, h, t.Context(), envelope("b@y.example"), envelope("b@y.example"))
		require.Equal(t, Stats{MaxConns: 4, Mails: 2, Dialed: 2, FullClosed: 2}, h.Stats())
		server["dot"] = "close"
		require.Equal(t, "uncertain", outcomes(sendOne(t, h, envelope("b@y.example"))))
		server["greeting"] = "421 4.3.2 closed\r\n"
		require.Equal(t, "unreachable", outcomes(sendOne(t, h, envelope("b@y.example"))))
		require.Equal(t, Stats{MaxConns: 4, Mails: 3, Dialed: 4, DialFailed: 1, FullClosed: 2, Broken: 2}, h.Stats())
	})
}
