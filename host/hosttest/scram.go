package hosttest

import (
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/xdg-go/scram"
)

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
