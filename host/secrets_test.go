package host

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/emersion/go-sasl"
	"github.com/stretchr/testify/require"
)

// A server that says our credentials back to us, as some do with a line that they
// do not know, does not make us write them down.
func TestServerEchoesCredentials(t *testing.T) {
	plain, login := "AHVzZXIAaHVudGVyMg==", "aHVudGVyMg=="
	clients := map[string]func() sasl.Client{
		"PLAIN":   func() sasl.Client { return sasl.NewPlainClient("", "user", "hunter2") },
		"LOGIN":   func() sasl.Client { return sasl.NewLoginClient("user", "hunter2") },
		"XOAUTH2": func() sasl.Client { return XOAuth2("user", "hunter2") },
	}
	for name, auth := range clients {
		for _, refusal := range []string{
			"500 5.5.2 unrecognized command: " + plain, "535 5.7.8 bad password hunter2", "535-no\r\n535 bad line " + login,
			"454 4.7.0 later, hunter2", "what is " + plain,
		} {
			synctest.Test(t, func(t *testing.T) {
				server := standardServer()
				server["ehlo"] = "250-mx.example\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n"
				server["auth"] = refusal + "\r\n"
				if name == "LOGIN" {
					server["auth"] = "334 VXNlcm5hbWU6\r\n"
					server["dxnl"], server["ahvu"] = "334 UGFzc3dvcmQ6\r\n", refusal+"\r\n"
				}
				var log strings.Builder
				h := &SMTP{Addr: "localhost:25", LocalName: "client.example", Auth: auth, Trace: &log, dialer: server.dial}
				r := sendOne(t, h, envelope("b@y.example"))[0]
				require.NoError(t, h.Close())
				require.Equal(t, Unreachable, r.Outcome)
				for _, secret := range []string{"hunter2", login, plain} {
					if name != "PLAIN" && secret == plain || name == "PLAIN" && secret == login || name == "XOAUTH2" && secret == login {
						continue // it was not said so
					}
					require.NotContains(t, r.Text, secret, name)
					require.NotContains(t, log.String(), secret, name)
				}
			})
		}
	}
}
