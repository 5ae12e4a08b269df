//go:build linux

package host

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/stretchr/testify/require"
)

const (
	account  = "shop@relay.example"
	password = "correct horse 7 battery"
)

// submission takes mail from those who have authenticated themselves.
var submission = []string{
	"mynetworks =",
	"smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination",
	"smtpd_sasl_auth_enable = yes",
	"cyrus_sasl_config_path = DIR/sasl", // Debian's Postfix looks there anyway
	"smtpd_sasl_local_domain = relay.example",
	"smtpd_sasl_authenticated_header = yes",
}

// addUser makes a user for Postfix's AUTH.
func (p *postfix) addUser(t *testing.T, mechanisms string) {
	require.NoError(t, os.Mkdir(p.path("sasl"), 0o755))
	p.write(t, "sasl/smtpd.conf", "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: "+mechanisms+
		"\nsasldb_path: "+p.path("users")+"\n")
	name, domain, _ := strings.Cut(account, "@")
	cmd := exec.Command("saslpasswd2", "-p", "-c", "-f", p.path("users"), "-u", domain, name)
	cmd.Stdin = strings.NewReader(password)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.NoError(t, os.Chmod(p.path("users"), 0o644)) // for the user that Postfix's server runs as
}

// A login is an attempt at AUTH.
type login struct {
	name, service string
	client        func() sasl.Client
	alarm         string // "": all are delivered; else none is sent
}

func TestPostfixAuth(t *testing.T) {
	t.Parallel()
	p := newPostfix(t, service{"submission", submission}, service{"open", nil})
	p.addUser(t, "PLAIN LOGIN")
	p.start(t)
	for _, login := range []login{
		{"PLAIN", "submission", plain(account, password), ""},
		{"LOGIN", "submission", func() sasl.Client { return sasl.NewLoginClient(account, password) }, ""},
		{"PLAIN, wrong password", "submission", plain(account, "wrong"), "authentication failed"},
		{"LOGIN, wrong password", "submission", func() sasl.Client { return sasl.NewLoginClient(account, "wrong") }, "authentication failed"},
		{"unknown user", "submission", plain("nobody@relay.example", password), "authentication failed"},
		{"no AUTH", "open", plain(account, password), "does not offer AUTH: ask at its port for submission"},
	} {
		t.Run(login.name, func(t *testing.T) { login.try(t, p) })
	}
}

func plain(user, password string) func() sasl.Client {
	return func() sasl.Client { return sasl.NewPlainClient("", user, password) }
}

func (l *login) try(t *testing.T, p *postfix) {
	var trace bytes.Buffer
	h := client(t, &SMTP{Addr: p.addrs[l.service], Trace: &trace, Auth: l.client})
	mails := numbered(7)
	reports := sendAll(t, h, 7, 1, mails)
	require.NoError(t, h.Close())
	arrived := p.arrivals(t)
	requireNoSecret(t, trace.String())
	if l.alarm != "" {
		requireAlarm(t, reports, l.alarm)
		require.Empty(t, arrived)
		return
	}
	requireDelivered(t, mails, reports, arrived)
	for _, a := range arrived {
		require.Contains(t, a.received, "(Authenticated sender: "+account+")")
		require.Contains(t, a.received, "with ESMTPA id")
	}
}

// Credentials and mails go over TLS, to a server that takes neither without.
func TestPostfixAuthOverTLS(t *testing.T) {
	t.Parallel()
	p := newPostfix(t, service{"submission", slices.Concat(submission,
		[]string{starttls, "smtpd_tls_auth_only = yes", withCertificate("good.pem")})})
	p.addUser(t, "PLAIN")
	authority := newAuthority(t)
	p.write(t, "good.pem", authority.chain(t, "127.0.0.1", time.Now().Add(time.Hour)))
	p.start(t)
	h := client(t, &SMTP{Addr: p.addrs["submission"], Auth: plain(account, password), TLS: TLSRequired,
		TLSConfig: &tls.Config{RootCAs: authority.roots}})
	mails := numbered(7)
	reports := sendAll(t, h, 7, 1, mails)
	arrived := p.arrivals(t)
	requireDelivered(t, mails, reports, arrived)
	require.Contains(t, arrived[0].received, "(Authenticated sender: "+account+")")
	require.Contains(t, arrived[0].received, "with ESMTPSA id")

	h = client(t, &SMTP{Addr: p.addrs["submission"], Auth: plain(account, password)})
	requireAlarm(t, sendAll(t, h, 7, 1, mails), "does not offer AUTH PLAIN")
	require.Empty(t, p.arrivals(t))
}

// requireNoSecret checks that a protocol log shows that there was a dialogue,
// and no credentials.
func requireNoSecret(t *testing.T, trace string) {
	require.Contains(t, trace, "EHLO")
	for _, secret := range []string{password, "\x00" + account + "\x00" + password, "wrong", "\x00" + account + "\x00wrong"} {
		require.NotContains(t, trace, secret)
		require.NotContains(t, trace, base64.StdEncoding.EncodeToString([]byte(secret)))
	}
}

// A relay that denies relaying to all is not to fail all mails for good.
func TestPostfixDeniesRelaying(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, inEachMode("denied", "mynetworks =", "smtpd_relay_restrictions = reject_unauth_destination",
		"smtpd_error_sleep_time = 0")...)
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			h := client(t, &SMTP{Addr: p.addrs["denied-"+mode.name]})
			mails := numbered(10)
			for i, m := range mails {
				m.From = string(rune('a'+i)) + "@x.example"
			}
			for i, reports := range sendAll(t, h, 1, 1, mails) {
				r := reports[0]
				require.Equal(t, 554, r.Code)
				require.Equal(t, "5.7.1", r.Enhanced)
				if i < 2 {
					require.Equal(t, Permanent, r.Outcome, "%d", i)
					continue
				}
				require.Equal(t, Unreachable, r.Outcome, "%d", i)
				require.True(t, r.Alarm)
			}
			require.Empty(t, p.arrivals(t))
		})
	}
}
