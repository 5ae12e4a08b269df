package host

import (
	"testing"
	"testing/synctest"

	"github.com/emersion/go-sasl"
	"github.com/stretchr/testify/require"
)

// An Auth that has no client, for want of a token say, sends no mail without.
func TestAuthWithoutClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := standardServer()
		server["ehlo"] = "250-mx.example\r\n250 AUTH PLAIN\r\n"
		h := client(t, &SMTP{Addr: "localhost:25", LocalName: "client.example", dialer: server.dial,
			Auth: func() sasl.Client { return nil }})
		r := sendOne(t, h, envelope("b@y.example"))[0]
		require.Equal(t, Unreachable, r.Outcome)
		require.True(t, r.Alarm)
		require.Contains(t, r.Text, "Auth returned nil")
	})
}

// An Auth that panics leaves no connection and no goroutine behind.
func TestAuthPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := standardServer()
		h := &SMTP{Addr: "localhost:25", LocalName: "client.example", dialer: server.dial, MaxConns: 1,
			Auth: func() sasl.Client { panic("no token") }}
		open := countConns(h)
		for range 2 {
			require.PanicsWithValue(t, "no token", func() { sendOne(t, h, envelope("b@y.example")) })
		}
		require.NoError(t, h.Close())
		require.Zero(t, open.Load())
		require.Zero(t, h.Stats().Open)
	})
}
