package hosttest

import (
	"encoding/base64"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
	"github.com/xdg-go/scram"
)

func withUsers() *Server {
	return &Server{Users: map[string]string{"ann": "sesame"}, Tokens: map[string]string{"bob": "t0ken"}}
}

// A scramClient is SCRAM-SHA-256 for go-smtp's client.
type scramClient struct{ talk *scram.ClientConversation }

func newScramClient(t testing.TB, user, password string) sasl.Client {
	c, err := scram.SHA256.NewClient(user, password, "")
	require.NoError(t, err)
	return &scramClient{c.NewConversation()}
}

func (c *scramClient) Start() (string, []byte, error) {
	first, err := c.talk.Step("")
	return scramSHA256, []byte(first), err
}

func (c *scramClient) Next(challenge []byte) ([]byte, error) {
	said, err := c.talk.Step(string(challenge))
	return []byte(said), err
}

// A xoauth2Client is XOAUTH2 for go-smtp's client.
type xoauth2Client struct{ user, token string }

func (c xoauth2Client) Start() (string, []byte, error) {
	return xoauth2, []byte("user=" + c.user + "\x01auth=Bearer " + c.token + "\x01\x01"), nil
}

func (c xoauth2Client) Next([]byte) ([]byte, error) { return []byte{}, nil }

func TestAuth(t *testing.T) {
	bearer := func(user, token string) sasl.Client {
		return sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: user, Token: token})
	}
	for _, test := range []struct {
		name   string
		client sasl.Client
		user   string // "": refused
	}{
		{"PLAIN", sasl.NewPlainClient("", "ann", "sesame"), "ann"},
		{"PLAIN as oneself", sasl.NewPlainClient("ann", "ann", "sesame"), "ann"},
		{"PLAIN as another", sasl.NewPlainClient("eve", "ann", "sesame"), ""},
		{"PLAIN wrong", sasl.NewPlainClient("", "ann", "sesam"), ""},
		{"PLAIN unknown", sasl.NewPlainClient("", "eve", ""), ""},
		{"PLAIN with a token's user", sasl.NewPlainClient("", "bob", "t0ken"), ""},
		{"LOGIN", sasl.NewLoginClient("ann", "sesame"), "ann"},
		{"LOGIN wrong", sasl.NewLoginClient("ann", ""), ""},
		{"SCRAM-SHA-256", newScramClient(t, "ann", "sesame"), "ann"},
		{"SCRAM-SHA-256 wrong", newScramClient(t, "ann", "sesam"), ""},
		{"SCRAM-SHA-256 unknown", newScramClient(t, "eve", "sesame"), ""},
		{"OAUTHBEARER", bearer("bob", "t0ken"), "bob"},
		{"OAUTHBEARER without a name", bearer("", "t0ken"), "bob"},
		{"XOAUTH2", xoauth2Client{"bob", "t0ken"}, "bob"},
		{"XOAUTH2 wrong", xoauth2Client{"bob", "token"}, ""},
		{"XOAUTH2 unknown", xoauth2Client{"ann", "sesame"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := start(t, withUsers())
			s.AuthRequired = true
			c := dial(t, s)
			err := c.Auth(test.client)
			if test.user == "" {
				requireCode(t, 535, err)
				requireCode(t, 530, c.Mail("a@x.example", nil))
				return
			}
			require.NoError(t, err)
			send(t, c, "a@x.example", "b@x.example", "\r\n")
			require.Equal(t, test.user, s.Mails()[0].User)
		})
	}
}

func requireCode(t testing.TB, code int, err error) {
	t.Helper()
	var refusal *smtp.SMTPError
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code, refusal.Message)
}

func base64of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func TestAuthDialogues(t *testing.T) {
	for _, test := range []struct{ name, script string }{
		{"PLAIN without a first response", "C: AUTH PLAIN\nS: 334 \r\nC: " + base64of("\x00ann\x00sesame") + "\nS: 235"},
		{"LOGIN", "C: AUTH LOGIN\nS: 334 " + base64of("Username:") + "\nC: " + base64of("ann") + "\nS: 334 " + base64of("Password:") + "\nC: " + base64of("sesame") + "\nS: 235"},
		{"a second AUTH", "C: AUTH PLAIN " + base64of("\x00ann\x00sesame") + "\nS: 235\nC: AUTH PLAIN " + base64of("\x00ann\x00sesame") + "\nS: 503"},
		{"again after a failure", "C: AUTH PLAIN " + base64of("\x00ann\x00no") + "\nS: 535\nC: AUTH PLAIN " + base64of("\x00ann\x00sesame") + "\nS: 235"},
		{"cancelled", "C: AUTH LOGIN\nS: 334\nC: *\nS: 501"},
		{"unknown mechanism", "C: AUTH CRAM-MD5\nS: 504"},
		{"XOAUTH2 refused", "C: AUTH XOAUTH2 " + base64of("user=bob\x01auth=Bearer no\x01\x01") + "\nS: 334 ey\nC: =\nS: 535"},
		{"OAUTHBEARER refused", "C: AUTH OAUTHBEARER " + base64of("n,a=bob,\x01auth=Bearer no\x01\x01") + "\nS: 334 ey\nC: AQ==\nS: 535"},
		{"XOAUTH2 malformed", "C: AUTH XOAUTH2 " + base64of("nonsense") + "\nS: 334\nC: =\nS: 535"},
		{"SCRAM malformed", "C: AUTH SCRAM-SHA-256 " + base64of("nonsense") + "\nS: 535"},
	} {
		t.Run(test.name, func(t *testing.T) {
			greeted(t, start(t, withUsers())).do(test.script)
		})
	}
}

func TestMechanismsAreAnnounced(t *testing.T) {
	users := map[string]string{"ann": "sesame"}
	for _, test := range []struct {
		name   string
		server *Server
		want   string
	}{
		{"none", &Server{}, ""},
		{"passwords", &Server{Users: users}, "AUTH SCRAM-SHA-256 PLAIN LOGIN"},
		{"tokens", &Server{Tokens: users}, "AUTH OAUTHBEARER XOAUTH2"},
		{"both", withUsers(), "AUTH SCRAM-SHA-256 PLAIN LOGIN OAUTHBEARER XOAUTH2"},
		{"some", &Server{Users: users, Mechanisms: []string{"LOGIN"}}, "AUTH LOGIN"},
		{"left out", &Server{Users: users, Without: []string{"auth"}}, ""},
		{"in the clear, where there is STARTTLS", &Server{Users: users, StartTLS: true}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := connect(t, start(t, test.server))
			c.hear("220")
			got := ""
			for _, line := range hello(c) {
				if len(line) > 4 && line[:4] == "AUTH" {
					got = line
				}
			}
			require.Equal(t, test.want, got)
			if test.want == "" {
				c.do("C: AUTH PLAIN " + base64of("\x00ann\x00sesame") + "\nS: 504")
			}
		})
	}
}

func TestAuthThroughSTARTTLS(t *testing.T) {
	s := withUsers()
	s.StartTLS = true
	c, err := smtp.DialStartTLS(start(t, s).Addr, s.ClientTLS())
	require.NoError(t, err)
	require.NoError(t, c.Auth(sasl.NewPlainClient("", "ann", "sesame")))
	send(t, c, "a@x.example", "b@x.example", "\r\n")
	require.NoError(t, c.Quit())
	require.Equal(t, "ann", s.Mails()[0].User)
}

func TestMistakesInAuth(t *testing.T) {
	require.ErrorContains(t, (&Server{AuthRequired: true}).Start(), "nobody can log in")
	require.ErrorContains(t, (&Server{Users: map[string]string{"a": "b"}, Mechanisms: []string{"XOAUTH2"}}).Start(), `"XOAUTH2"`)
	require.ErrorContains(t, (&Server{Mechanisms: []string{"CRAM-MD5"}}).Start(), `"CRAM-MD5"`)
}
