package hosttest

import (
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/xdg-go/scram"
)

// An authServer makes every failure 535 (RFC 4954 section 6).
type authServer struct{ sasl.Server }

func (a *authServer) Next(response []byte) (challenge []byte, done bool, err error) {
	challenge, done, err = a.Server.Next(response)
	if err != nil {
		err = smtp.ErrAuthFailed
	}
	return challenge, done, err
}

// A loginServer is the LOGIN mechanism, which go-sasl has for clients only.
type loginServer struct {
	check func(user, password string) error
	user  []byte
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case response == nil:
		return []byte("Username:"), false, nil
	case l.user == nil:
		l.user = append([]byte{}, response...)
		return []byte("Password:"), false, nil
	}
	err = l.check(string(l.user), string(response))
	return nil, err == nil, err
}

// An xoauth2Server is the XOAUTH2 mechanism of Google and Microsoft.
type xoauth2Server struct {
	check  func(user, token string) error
	failed bool
}

func (x *xoauth2Server) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case x.failed:
		return nil, false, errWrong
	case response == nil:
		return nil, false, nil
	}
	user, rest, _ := strings.Cut(strings.TrimPrefix(string(response), "user="), "\x01auth=Bearer ")
	token, whole := strings.CutSuffix(rest, "\x01\x01")
	if whole && x.check(user, token) == nil {
		return nil, true, nil
	}
	// The client answers this with nothing, and is then refused.
	x.failed = true
	return []byte(`{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}`), false, nil
}

// scram returns the mechanism of RFC 7677.
func (s *session) scram() (sasl.Server, error) {
	server, err := scram.SHA256.NewServer(func(user string) (scram.StoredCredentials, error) {
		password, known := s.server.Users[user]
		if !known {
			return scram.StoredCredentials{}, errWrong
		}
		client, err := scram.SHA256.NewClient(user, password, "")
		if err != nil {
			return scram.StoredCredentials{}, err
		}
		// RFC 7677 section 4: 4096 iterations at least.
		return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "hosttest", Iters: 4096})
	})
	if err != nil {
		return nil, smtp.ErrAuthUnsupported
	}
	return &authServer{&scramServer{talk: server.NewConversation(), session: s}}, nil
}

type scramServer struct {
	talk    *scram.ServerConversation
	session *session
}

func (c *scramServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case response == nil:
		return nil, false, nil
	case c.talk.Done() && c.talk.Valid():
		// The client has seen our signature and answered with nothing.
		c.session.user = c.talk.Username()
		return nil, true, nil
	}
	said, err := c.talk.Step(string(response))
	return []byte(said), false, err
}
