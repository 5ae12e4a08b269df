package host

import (
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// A server that does not take the credentials is for an operator, who reads what to
// change.
func TestAuthThatIsNotOffered(t *testing.T) {
	users := map[string]string{"shop": "secret"}
	for name, test := range map[string]struct {
		server *hosttest.Server
		want   string
	}{
		"before STARTTLS": {&hosttest.Server{StartTLS: true, Users: users},
			"the server does not offer AUTH PLAIN before STARTTLS: set TLS to TLSRequired"},
		"nowhere": {&hosttest.Server{},
			"the server does not offer AUTH: ask at its port for submission, usually 587, or set no Auth"},
		"by another mechanism": {&hosttest.Server{Users: users, Mechanisms: []string{"SCRAM-SHA-256", "LOGIN"}},
			"the server does not offer AUTH PLAIN: let Auth return a client of SCRAM-SHA-256 or LOGIN"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := startServer(t, test.server)
			h := client(t, &SMTP{Addr: srv.Addr, Auth: func() sasl.Client { return sasl.NewPlainClient("", "shop", "secret") }})
			r := sendOne(t, h, envelope("b@y.example"))[0]
			require.Equal(t, Unreachable, r.Outcome)
			require.True(t, r.Alarm)
			require.Equal(t, test.want, r.Text)
		})
	}
}
