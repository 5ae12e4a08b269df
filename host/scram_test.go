package host

import (
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/stretchr/testify/require"
	"github.com/xdg-go/scram"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// scramServer returns the server's side for one user, whose password it knows.
func scramServer(t *testing.T, user, password string, iterations int) *saslServer {
	c, err := scram.SHA256.NewClientUnprepped(user, password, "")
	require.NoError(t, err)
	s, err := scram.SHA256.NewServer(func(string) (scram.StoredCredentials, error) {
		return c.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "salt", Iters: iterations})
	})
	require.NoError(t, err)
	conversation := s.NewConversation()
	step := func(response string) ([]byte, error) {
		challenge, err := conversation.Step(response)
		return []byte(challenge), err
	}
	return &saslServer{step, step, func(response string) ([]byte, error) {
		require.Empty(t, response)
		require.True(t, conversation.Valid())
		return nil, nil
	}}
}

// finish asks the client what it thinks of an exchange that the server is content with.
func finish(c sasl.Client) error { return c.(interface{ Finish() error }).Finish() }

func TestScramSHA256(t *testing.T) {
	for _, pair := range [][2]string{{"ann", "pencil"}, {"a=n,n", "p\u00e4ss, w=rd"}} {
		c := ScramSHA256(pair[0], pair[1])
		require.Error(t, finish(c), "nothing is proved yet")
		require.NoError(t, authenticate(t, c, "SCRAM-SHA-256", scramServer(t, pair[0], pair[1], 4096)))
		require.NoError(t, finish(c))
	}
}

// SASLprep makes one of two ways to write a password.
func TestScramSHA256Prepares(t *testing.T) {
	c := ScramSHA256("ann", "I\u00adX") // RFC 4013 section 3
	require.NoError(t, authenticate(t, c, "SCRAM-SHA-256", scramServer(t, "ann", "IX", 4096)))
	_, _, err := ScramSHA256("ann", "\u0007").Start()
	require.ErrorContains(t, err, "cannot be used")
	require.Error(t, finish(ScramSHA256("ann", "\u0007")))
}

func TestScramSHA256WrongPassword(t *testing.T) {
	c := ScramSHA256("ann", "pen")
	require.Error(t, authenticate(t, c, "SCRAM-SHA-256", scramServer(t, "ann", "pencil", 4096)))
	require.Error(t, finish(c))
}

// The exchange of RFC 7677 section 3.
func TestScramSHA256OfTheRFC(t *testing.T) {
	const nonce = "rOprNGfwEbeRWgbNEkqO"
	client, err := scram.SHA256.NewClient("user", "pencil", "")
	require.NoError(t, err)
	c := &scramSHA256{conversation: client.WithNonceGenerator(func() string { return nonce }).NewConversation()}
	mech, first, err := c.Start()
	require.NoError(t, err)
	require.Equal(t, "SCRAM-SHA-256", mech)
	require.Equal(t, "n,,n=user,r="+nonce, string(first))
	final, err := c.Next([]byte("r=" + nonce + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"))
	require.NoError(t, err)
	require.Equal(t, "c=biws,r="+nonce+"%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", string(final))
	require.Error(t, c.Finish())
	last, err := c.Next([]byte("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))
	require.NoError(t, err)
	require.NotNil(t, last, "nil would send nothing")
	require.Empty(t, last)
	require.NoError(t, c.Finish())
}

// A server that does not know the password cannot make the client believe it.
func TestScramSHA256RefusesAnImpostor(t *testing.T) {
	const proof = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" // of another exchange
	content := func(string) ([]byte, error) { return nil, nil }
	tests := []struct {
		name string
		last string // its last challenge; "-": it leaves that out
	}{
		{"a wrong proof", proof},
		{"an empty proof", "v="},
		{"no proof in it", "x=1"},
		{"an empty challenge", ""},
		{"an error", "e=other-error"},
		{"no last challenge", "-"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := saslServer{
				func(response string) ([]byte, error) {
					_, nonce, _ := strings.Cut(response, ",r=")
					return []byte("r=" + nonce + "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"), nil
				},
				func(string) ([]byte, error) { return []byte(test.last), nil },
				content,
			}
			c := ScramSHA256("ann", "pencil")
			if test.last == "-" {
				server[1] = content
				require.NoError(t, authenticate(t, c, "SCRAM-SHA-256", &server), "the exchange itself goes well")
			} else {
				require.ErrorContains(t, authenticate(t, c, "SCRAM-SHA-256", &server), "SCRAM-SHA-256")
			}
			require.ErrorContains(t, finish(c), "has not proved")
		})
	}
}

func TestScramSHA256FirstMessages(t *testing.T) {
	tests := []struct{ name, message, err string }{
		{"too few iterations", "r=NONCEx,s=c2FsdA==,i=4095", "too few iterations"},
		{"too many iterations", "r=NONCEx,s=c2FsdA==,i=2000001", "2000001 iterations: at most 2000000"},
		{"far too many", "r=NONCEx,s=c2FsdA==,i=99999999999999999999", "iterations"},
		{"no number", "r=NONCEx,s=c2FsdA==,i=x", "iterations"},
		{"another nonce", "r=x,s=c2FsdA==,i=4096", "nonce"},
		{"no salt", "r=NONCEx,i=4096", "SCRAM-SHA-256"},
		{"empty", "", "SCRAM-SHA-256"},
		{"an extension that must be known", "m=x,r=NONCEx,s=c2FsdA==,i=4096", "extensions"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := ScramSHA256("ann", "pencil")
			_, first, err := c.Start()
			require.NoError(t, err)
			_, nonce, _ := strings.Cut(string(first), ",r=")
			_, err = c.Next([]byte(strings.Replace(test.message, "NONCE", nonce, 1)))
			require.ErrorContains(t, err, test.err)
		})
	}
}

// An exchange that has failed cannot be gone on with.
func TestScramSHA256EndsOnce(t *testing.T) {
	c := ScramSHA256("ann", "pencil")
	var err error
	for range 4 {
		_, err = c.Next(nil)
	}
	require.Error(t, err)
	require.Error(t, finish(c))
}

// A server that does not know the password cannot say that we are welcome.
func TestScramSHA256OverSMTP(t *testing.T) {
	client := func(h *SMTP) *SMTP {
		h.Auth = func() sasl.Client { return ScramSHA256("shop", "secret") }
		return client(t, h)
	}
	knows := startServer(t, &hosttest.Server{Users: map[string]string{"shop": "secret"}, AuthRequired: true})
	require.Equal(t, "delivered", outcomes(sendOne(t, client(&SMTP{Addr: knows.Addr}), envelope("b@y.example"))))

	impostor := standardServer()
	impostor["ehlo"] = "250-mx.example\r\n250 AUTH SCRAM-SHA-256\r\n"
	impostor["auth"] = "235 2.7.0 welcome\r\n"
	r := sendOne(t, client(&SMTP{Addr: "localhost:25", dialer: impostor.dial}), envelope("b@y.example"))[0]
	require.Equal(t, Unreachable, r.Outcome)
	require.True(t, r.Alarm)
}
