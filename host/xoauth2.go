package host

import (
	"errors"
	"strings"

	"github.com/emersion/go-sasl"
)

// XOAuth2 returns a client of the SASL mechanism XOAUTH2, by which Google and
// Microsoft take an OAuth 2.0 access token in place of a password. It has no RFC;
// both publish it. It is for one exchange on one connection. Fetch the token anew
// for each connection, for it expires:
//
//	Auth: func() sasl.Client { return host.XOAuth2(user, currentToken()) }
//
// Start returns an error where user or token is empty or has a control character,
// which could add a field. A server that refuses the token first sends a
// challenge with the details; the client answers it with nothing, as it must, and
// the server's reply to that is the outcome.
func XOAuth2(user, token string) sasl.Client { return &xoauth2{user: user, token: token} }

type xoauth2 struct {
	user, token string
	answered    bool
}

func (c *xoauth2) Start() (mech string, ir []byte, err error) {
	for _, s := range []string{c.user, c.token} {
		if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return "", nil, errors.New("host: XOAUTH2: the user or the token is empty or has a control character")
		}
	}
	return "XOAUTH2", []byte("user=" + c.user + "\x01auth=Bearer " + c.token + "\x01\x01"), nil
}

func (c *xoauth2) Next([]byte) ([]byte, error) {
	if c.answered {
		return nil, errors.New("host: XOAUTH2: a challenge after the details of a refusal")
	}
	c.answered = true
	return []byte{}, nil
}
