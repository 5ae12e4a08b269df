package queue

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

func TestIdentity(t *testing.T) {
	identity := func(key string, to ...string) string {
		return (&Mail{Key: key, Envelope: host.Envelope{To: to}}).Identity()
	}
	require.Empty(t, identity("", "a@b"))
	require.Len(t, identity("k", "a@b"), 64)
	require.Equal(t, identity("k", "a@b", "c@d"), identity("k", "c@D", "a@b", "c@d"))
	for name, other := range map[string]string{
		"another key":             identity("K", "a@b", "c@d"),
		"another local part":      identity("k", "A@b", "c@d"),
		"fewer":                   identity("k", "a@b"),
		"two addresses as one":    identity("k", "a@bc@d"),
		"an address in the key":   identity("ka@b", "c@d"),
		"a length in the key":     identity("k3:a@b", "c@d"),
		"the case before the @":   identity("k", "a@b", "C@d"),
		"no @, as for postmaster": identity("k", "Postmaster"),
	} {
		require.NotEqual(t, identity("k", "a@b", "c@d"), other, name)
	}
	require.Equal(t, identity("k", "postmaster"), identity("k", "Postmaster"), "RFC 5321 section 4.5.1")
}

func TestIdentityLeavesTheMailAlone(t *testing.T) {
	m := &Mail{Key: "k", Envelope: host.Envelope{To: []string{"b@X", "a@X", "a@x"}}}
	m.Identity()
	require.Equal(t, []string{"b@X", "a@X", "a@x"}, m.To)
}

func TestStorable(t *testing.T) {
	m := func(change func(m *Mail)) *Mail {
		mail := &Mail{Envelope: host.Envelope{ID: "id", To: []string{"a@b"}}}
		change(mail)
		return mail
	}
	require.NoError(t, m(func(*Mail) {}).Storable())
	for want, bad := range map[string]*Mail{
		"nil mail":                        nil,
		"without an ID":                   m(func(m *Mail) { m.ID = "" }),
		"mail id has no recipient":        m(func(m *Mail) { m.To = nil }),
		"mail id has the unknown lane 3:": m(func(m *Mail) { m.Lane = 3 }),
		`mail id has the route "*"`:       m(func(m *Mail) { m.Route = AllRoutes }),
	} {
		require.ErrorContains(t, bad.Storable(), want)
	}
}
