package host

import (
	"io"
	"net"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// authenticate lets client prove itself to an SMTP server that has one mechanism.
func authenticate(t *testing.T, client sasl.Client, mech string, server sasl.Server) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &authSession{mech, server}, nil
	}))
	s.Domain, s.AllowInsecureAuth = "localhost", true
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener) }()
	defer func() {
		require.NoError(t, s.Close())
		<-ended
	}()
	c, err := smtp.Dial(listener.Addr().String())
	require.NoError(t, err)
	defer c.Close()
	return c.Auth(client)
}

type authSession struct {
	mech   string
	server sasl.Server
}

func (s *authSession) AuthMechanisms() []string         { return []string{s.mech} }
func (s *authSession) Auth(string) (sasl.Server, error) { return s.server, nil }
func (*authSession) Mail(string, *smtp.MailOptions) error {
	return smtp.ErrAuthRequired
}
func (*authSession) Rcpt(string, *smtp.RcptOptions) error { return smtp.ErrAuthRequired }
func (*authSession) Data(io.Reader) error                 { return smtp.ErrAuthRequired }
func (*authSession) Reset()                               {}
func (*authSession) Logout() error                        { return nil }

// A saslServer is one side of an exchange, in steps: each gets a response and
// returns the next challenge, nil where the exchange is over.
type saslServer []func(response string) (challenge []byte, err error)

func (s *saslServer) Next(response []byte) (challenge []byte, done bool, err error) {
	step := (*s)[0]
	*s = (*s)[1:]
	challenge, err = step(string(response))
	return challenge, challenge == nil, err
}
