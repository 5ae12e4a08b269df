package hosttest

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

const (
	scramSHA256 = "SCRAM-SHA-256"
	xoauth2     = "XOAUTH2"
)

// mechanisms returns those that the server has, by the tables that are set.
func (s *Server) mechanisms() (names []string) {
	if len(s.Users) > 0 {
		names = append(names, scramSHA256, sasl.Plain, sasl.Login)
	}
	if len(s.Tokens) > 0 {
		names = append(names, sasl.OAuthBearer, xoauth2)
	}
	if s.Mechanisms == nil {
		return names
	}
	return slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(s.Mechanisms, name) })
}

func (s *Server) checkAuth() error {
	have := s.mechanisms()
	for _, name := range s.Mechanisms {
		if !slices.Contains(have, name) {
			return fmt.Errorf("hosttest: Mechanisms names %q: it is unknown, or the table that it needs, Users or Tokens, is empty", name)
		}
	}
	if s.AuthRequired && len(have) == 0 {
		return errors.New("hosttest: AuthRequired is set and nobody can log in: set Users or Tokens")
	}
	return nil
}

// AuthMechanisms returns what EHLO announces. A server that offers STARTTLS
// takes no secret before it.
func (s *session) AuthMechanisms() []string {
	if s.server.without("AUTH") || s.server.StartTLS && s.conn.tls == nil {
		return nil
	}
	return s.server.mechanisms()
}

func (s *session) Auth(mechanism string) (sasl.Server, error) {
	if err := s.conn.meet(AUTH); err != nil {
		return nil, err
	}
	if !slices.Contains(s.AuthMechanisms(), mechanism) {
		return nil, smtp.ErrAuthUnknownMechanism
	}
	switch mechanism {
	case sasl.Plain:
		return &authServer{sasl.NewPlainServer(s.plain)}, nil
	case sasl.Login:
		return &authServer{&loginServer{check: s.password}}, nil
	case sasl.OAuthBearer:
		return &authServer{sasl.NewOAuthBearerServer(s.bearer)}, nil
	case xoauth2:
		return &authServer{&xoauth2Server{check: s.token}}, nil
	}
	return s.scram()
}

var errWrong = errors.New("unknown user or wrong secret")

func (s *session) plain(identity, user, password string) error {
	if identity != "" && identity != user {
		return errWrong
	}
	return s.password(user, password)
}

func (s *session) password(user, password string) error {
	return s.login(s.server.Users, user, password)
}

func (s *session) token(user, token string) error {
	return s.login(s.server.Tokens, user, token)
}

// bearer takes a token without a name too: the token then says who it is.
func (s *session) bearer(opts sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
	user := opts.Username
	for name, token := range s.server.Tokens {
		if user == "" && token == opts.Token {
			user = name
		}
	}
	if s.token(user, opts.Token) != nil {
		return &sasl.OAuthBearerError{Status: "invalid_token", Schemes: "bearer"}
	}
	return nil
}

func (s *session) login(secrets map[string]string, user, secret string) error {
	want, known := secrets[user]
	if !known || subtle.ConstantTimeCompare([]byte(want), []byte(secret)) != 1 {
		return errWrong
	}
	s.user = user
	return nil
}
