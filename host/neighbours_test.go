package host

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// A connection that is to be left after one mail's verdict has the next mail under
// way: it is carried to its outcome too, and nothing is left unsaid of it.
func TestTheMailBehindAnOddVerdict(t *testing.T) {
	for dot, want := range map[string][2]string{
		"251 ok\r\n":         {"delivered", "delivered"},
		"250\r\n":            {"delivered", "delivered"},
		"250 ok\n":           {"delivered", "delivered"},
		"354 what\r\n":       {"uncertain", "uncertain"},
		"421 bye\r\n":        {"transient", "transient"},
		"451 4.3.0 no\r\n":   {"transient", "transient"},
		"550 5.6.0 no\r\n":   {"permanent", "permanent"},
		"250-a\r\n550 b\r\n": {"uncertain", "uncertain"},
	} {
		for _, lmtp := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				server := standardServer()
				server["ehlo"] = "250-mx.example\r\n250 PIPELINING\r\n"
				server["lhlo"], server["dot"] = server["ehlo"], dot
				smtp := &SMTP{Addr: "localhost:25", LocalName: "client.example", MaxConns: 1, dialer: server.dial}
				var h Host = smtp
				if lmtp {
					h = (*LMTP)(smtp)
				}
				got := sendAny(t, h, t.Context(), envelope("b@y.example"), envelope("c@y.example"))
				require.Equal(t, want, [2]string{outcomes(got[0]), outcomes(got[1])}, "%q LMTP %v", dot, lmtp)
				require.True(t, got[1][0].Text != "" || got[1][0].Code != 0, "says nothing")
				require.NoError(t, smtp.Close())
			})
		}
	}
}
