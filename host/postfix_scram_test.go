//go:build linux

package host

import (
	"testing"

	"github.com/emersion/go-sasl"
)

func TestPostfixAuthScram(t *testing.T) {
	t.Parallel()
	p := newPostfix(t, service{"submission", submission})
	p.addUser(t, "SCRAM-SHA-256 PLAIN")
	p.start(t)
	scram := func(user, password string) func() sasl.Client {
		return func() sasl.Client { return ScramSHA256(user, password) }
	}
	for _, login := range []login{
		{"right password", "submission", scram(account, password), ""},
		{"wrong password", "submission", scram(account, "wrong"), "authentication failed"},
		{"unknown user", "submission", scram("nobody@relay.example", password), "authentication failed"},
		{"XOAUTH2 is not offered", "submission", func() sasl.Client { return XOAuth2(account, password) }, "does not offer AUTH XOAUTH2"},
	} {
		t.Run(login.name, func(t *testing.T) { login.try(t, p) })
	}
}
