//go:build linux

package host

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const starttls = "smtpd_tls_security_level = encrypt"

func withCertificate(file string) string { return "smtpd_tls_chain_files = DIR/" + file }

// startTLSPostfix starts a Postfix with certificates that are right and wrong.
func startTLSPostfix(t *testing.T) (*postfix, *x509.CertPool) {
	p := newPostfix(t,
		service{"plain", nil},
		service{"offered", []string{"smtpd_tls_security_level = may", withCertificate("good.pem")}},
		service{"starttls", []string{starttls, withCertificate("good.pem")}},
		service{"implicit", []string{starttls, "smtpd_tls_wrappermode = yes", withCertificate("good.pem")}},
		service{"old", []string{starttls, "smtpd_tls_mandatory_protocols = <=TLSv1.2", withCertificate("good.pem")}},
		service{"name", []string{starttls, withCertificate("name.pem")}},
		service{"expired", []string{starttls, withCertificate("expired.pem")}},
	)
	authority, later := newAuthority(t), time.Now().Add(time.Hour)
	p.write(t, "good.pem", authority.chain(t, "127.0.0.1", later))
	p.write(t, "name.pem", authority.chain(t, "other.example", later))
	p.write(t, "expired.pem", authority.chain(t, "127.0.0.1", time.Now().Add(-time.Hour)))
	p.start(t)
	return p, authority.roots
}

// Where all is well with the certificate, mails go over TLS, which Postfix's
// Received header tells.
func TestPostfixOverTLS(t *testing.T) {
	t.Parallel()
	p, roots := startTLSPostfix(t)
	strangers := newAuthority(t).roots
	for _, test := range []struct {
		service string
		mode    TLSMode
		roots   *x509.CertPool
		alarm   string // in the report; nothing is sent then
		version string // of TLS, in the Received header
	}{
		{"starttls", TLSRequired, roots, "", "TLSv1.3"},
		{"starttls", TLSOpportunistic, roots, "", "TLSv1.3"},
		{"offered", TLSRequired, roots, "", "TLSv1.3"},
		{"offered", TLSOpportunistic, roots, "", "TLSv1.3"},
		{"implicit", TLSImplicit, roots, "", "TLSv1.3"},
		{"old", TLSRequired, roots, "", "TLSv1.2"},
		{"plain", TLSOpportunistic, roots, "", ""},
		{"offered", TLSAuto, roots, "", ""}, // it is on loopback

		{"starttls", TLSRequired, strangers, "unknown authority", ""},
		{"starttls", TLSRequired, nil, "unknown authority", ""},
		{"offered", TLSOpportunistic, strangers, "unknown authority", ""},
		{"implicit", TLSImplicit, strangers, "unknown authority", ""},
		{"name", TLSRequired, roots, "127.0.0.1", ""},
		{"expired", TLSRequired, roots, "expired", ""},
		{"plain", TLSRequired, roots, "does not offer STARTTLS", ""},
		{"starttls", TLSNone, nil, "Must issue a STARTTLS command first", ""},
		{"plain", TLSImplicit, roots, "first record does not look like a TLS handshake", ""},
	} {
		t.Run(fmt.Sprintf("%s %s %s", test.service, test.mode, test.alarm), func(t *testing.T) {
			h := &SMTP{Addr: p.addrs[test.service], TLS: test.mode}
			if test.mode != TLSNone {
				h.TLSConfig = &tls.Config{RootCAs: test.roots}
			}
			client(t, h)
			mails := numbered(7)
			reports := sendAll(t, h, 7, 1, mails)
			arrived := p.arrivals(t)
			if test.alarm != "" {
				requireAlarm(t, reports, test.alarm)
				require.Empty(t, arrived)
				return
			}
			requireDelivered(t, mails, reports, arrived)
			for _, a := range arrived {
				if test.version == "" {
					require.Contains(t, a.received, "with ESMTP id")
					continue
				}
				require.Contains(t, a.received, "with ESMTPS id")
				require.Contains(t, a.received, "using "+test.version)
			}
		})
	}
}

// requireAlarm checks that the relay is to blame, for a reason that an operator
// must look into, and that no mail is.
func requireAlarm(t *testing.T, reports [][]Report, text string) {
	t.Helper()
	require.Equal(t, Unreachable, reports[0][0].Outcome)
	for _, rs := range reports {
		for _, r := range rs {
			require.Contains(t, []Outcome{Unreachable, Unsent}, r.Outcome, "%+v", r)
			require.Equal(t, r.Outcome == Unreachable, r.Alarm, "%+v", r)
			require.Contains(t, r.Text, text)
		}
	}
}

func TestPostfixTakesEachMailOnceOverTLS(t *testing.T) {
	t.Parallel()
	authority := newAuthority(t)
	p := newPostfix(t, inEachMode("tls", starttls, withCertificate("good.pem"))...)
	p.write(t, "good.pem", authority.chain(t, "127.0.0.1", time.Now().Add(time.Hour)))
	p.start(t)
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			h := client(t, &SMTP{Addr: p.addrs["tls-"+mode.name], TLS: TLSRequired, TLSConfig: &tls.Config{RootCAs: authority.roots}})
			mails := numbered(100)
			requireDelivered(t, mails, sendAll(t, h, 25, 4, mails), p.arrivals(t))
		})
	}
}
