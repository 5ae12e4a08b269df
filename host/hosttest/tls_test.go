package hosttest

import (
	"crypto/tls"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

func TestStartTLS(t *testing.T) {
	s := start(t, &Server{StartTLS: true})
	plain := greeted(t, s)
	require.True(t, announces(plain, "STARTTLS"))

	c, err := smtp.DialStartTLS(s.Addr, s.ClientTLS())
	require.NoError(t, err)
	ok, _ := c.Extension("STARTTLS")
	require.False(t, ok, "RFC 3207 section 4.2")
	send(t, c, "a@x.example", "b@x.example", "\r\n")
	send(t, c, "a@x.example", "c@x.example", "\r\n")
	require.NoError(t, c.Quit())
	sendText(plain, "a@x.example", "d@x.example")
	mails := s.Mails()
	require.Len(t, mails, 3)
	require.Equal(t, []bool{true, true, false}, []bool{mails[0].TLS, mails[1].TLS, mails[2].TLS})
}

func TestImplicitTLS(t *testing.T) {
	s := start(t, &Server{TLS: true})
	c, err := smtp.DialTLS(s.Addr, s.ClientTLS())
	require.NoError(t, err)
	for _, keyword := range []string{"PIPELINING", "CHUNKING", "SIZE"} {
		ok, _ := c.Extension(keyword)
		require.True(t, ok, keyword)
	}
	ok, _ := c.Extension("STARTTLS")
	require.False(t, ok)
	send(t, c, "a@x.example", "b@x.example", "\r\n")
	require.NoError(t, c.Quit())
	require.True(t, s.Mails()[0].TLS)
	closed(t, s)
}

func TestClientsRefuseTheCertificate(t *testing.T) {
	for _, test := range []struct {
		name   string
		server *Server
		config func(*tls.Config)
		want   string // "": they do not
	}{
		{"good", &Server{}, func(*tls.Config) {}, ""},
		{"good by address", &Server{}, func(c *tls.Config) { c.ServerName = "127.0.0.1" }, ""},
		{"unknown", &Server{}, func(c *tls.Config) { c.RootCAs = nil }, "unknown authority"},
		{"expired", &Server{ExpiredCert: true}, func(*tls.Config) {}, "expired"},
		{"another host's", &Server{CertFor: "mail.example"}, func(*tls.Config) {}, "not localhost"},
		{"another host's, by address", &Server{CertFor: "mail.example"}, func(c *tls.Config) { c.ServerName = "127.0.0.1" }, "127.0.0.1"},
		{"old", &Server{TLSVersion: tls.VersionTLS10}, func(*tls.Config) {}, "protocol version"},
	} {
		for _, implicit := range []bool{false, true} {
			t.Run(test.name, func(t *testing.T) {
				s := &Server{
					TLS: implicit, StartTLS: !implicit,
					ExpiredCert: test.server.ExpiredCert, CertFor: test.server.CertFor, TLSVersion: test.server.TLSVersion,
				}
				start(t, s)
				config := s.ClientTLS()
				test.config(config)
				dial := smtp.DialStartTLS
				if implicit {
					dial = smtp.DialTLS
				}
				c, err := dial(s.Addr, config)
				if err == nil {
					err = c.Noop()
					c.Close()
				}
				if test.want == "" {
					require.NoError(t, err)
				} else {
					require.ErrorContains(t, err, test.want)
				}
				closed(t, s)
			})
		}
	}
}

func TestTheCertificateStaysAsLongAsItFits(t *testing.T) {
	s := &Server{StartTLS: true}
	start(t, s)
	before := s.ClientTLS()
	require.NoError(t, s.Close())
	require.NoError(t, s.Start())
	c, err := smtp.DialStartTLS(s.Addr, before)
	require.NoError(t, err)
	c.Close()

	require.NoError(t, s.Close())
	s.ExpiredCert = true
	require.NoError(t, s.Start())
	c, err = smtp.DialStartTLS(s.Addr, s.ClientTLS())
	require.NoError(t, err)
	require.ErrorContains(t, c.Noop(), "expired", "the handshake comes with the first command")
	c.Close()
}

func TestSTARTTLSIsRefused(t *testing.T) {
	for name, s := range map[string]*Server{
		"not offered": {},
		"left out":    {StartTLS: true, Without: []string{"starttls"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := greeted(t, start(t, s))
			c.do("C: STARTTLS\nS: 502\nC: NOOP\nS: 250")
		})
	}
}

// Commands sent behind STARTTLS in the clear must not be obeyed as if they had
// come through TLS.
func TestNothingFollowsSTARTTLS(t *testing.T) {
	s := start(t, &Server{StartTLS: true})
	c := greeted(t, s)
	c.do("C: STARTTLS\nC: MAIL FROM:<eve@x.example>\nS: 501\nS: END")
}

// What was said before STARTTLS is void after it: RFC 3207 section 4.2.
func TestSTARTTLSForgets(t *testing.T) {
	s := start(t, &Server{StartTLS: true})
	c := greeted(t, s)
	c.do("C: STARTTLS\nS: 220")
	c = overTLS(c, s.ClientTLS())
	c.do("C: MAIL FROM:<a@x.example>\nS: 503\nC: STARTTLS\nS: 502\nC: EHLO x\nS: 250\nC: MAIL FROM:<a@x.example>\nS: 250")
}

func TestFailedHandshakeEndsTheConnection(t *testing.T) {
	s := start(t, &Server{StartTLS: true})
	c := greeted(t, s)
	c.do("C: STARTTLS\nS: 220")
	c.say("this is no handshake")
	closed(t, s)
}

func TestOneKindOfTLS(t *testing.T) {
	require.ErrorContains(t, (&Server{TLS: true, StartTLS: true}).Start(), "leave one out")
}
