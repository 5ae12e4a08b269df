package host

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

var (
	ed25519Key = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	rsaKey     = sync.OnceValue(func() *rsa.PrivateKey {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		return key
	})
)

const newsletter = "From: Acme <news@acme.example>\r\nTo: b@y.example\r\nSubject: A\r\n folded one\r\nCc: c@y.example\r\n" +
	"List-Unsubscribe: <https://acme.example/u?1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nX-Own: 1\r\n" +
	"\r\nhello \r\n\r\nworld\r\n\r\n"

func newSign(h Host, key crypto.Signer) *Sign {
	selector := "rsa"
	if _, ok := key.(ed25519.PrivateKey); ok {
		selector = "ed"
	}
	return &Sign{Host: h, Domain: "acme.example", Selector: selector, Key: key}
}

// lookup stands for the DNS.
func lookup(name string) ([]string, error) {
	switch name {
	case "ed._domainkey.acme.example":
		return []string{"v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(ed25519Key.Public().(ed25519.PublicKey))}, nil
	case "rsa._domainkey.acme.example":
		public, err := x509.MarshalPKIXPublicKey(rsaKey().Public())
		return []string{"v=DKIM1; p=" + base64.StdEncoding.EncodeToString(public)}, err
	}
	return nil, errors.New("no such name: " + name)
}

func verify(t *testing.T, data string) []*dkim.Verification {
	got, err := dkim.VerifyWithOptions(strings.NewReader(data), &dkim.VerifyOptions{LookupTXT: lookup})
	require.NoError(t, err)
	return got
}

func requireValid(t *testing.T, data string, signatures int) {
	t.Helper()
	got := verify(t, data)
	require.Len(t, got, signatures)
	for _, v := range got {
		require.NoError(t, v.Err)
		require.Equal(t, "acme.example", v.Domain)
	}
}

// signedBy returns what h, which stands before child, makes of data.
func signedBy(t *testing.T, h Host, child *fakeHost, data string) string {
	t.Helper()
	e := envelope("b@y.example")
	e.ID, e.Data = "1", []byte(data)
	r := sendAny(t, h, t.Context(), e)[0][0]
	require.Equal(t, Delivered, r.Outcome, r.Text)
	sent := *child.batches[0][0]
	data = string(sent.Data)
	sent.Data = e.Data
	require.Equal(t, *e, sent)
	return data
}

func TestSign(t *testing.T) {
	for name, key := range map[string]crypto.Signer{"RSA": rsaKey(), "Ed25519": ed25519Key} {
		t.Run(name, func(t *testing.T) {
			child := &fakeHost{}
			got := signedBy(t, newSign(child, key), child, newsletter)
			require.True(t, strings.HasPrefix(got, "DKIM-Signature:"))
			require.True(t, strings.HasSuffix(got, "\r\n"+newsletter))
			requireValid(t, got, 1)
			require.NoError(t, CheckData([]byte(got)))
			require.Contains(t, got, "c=relaxed/relaxed;")
			require.Equal(t, []string{"From", "From", "Subject", "To", "Cc", "List-Unsubscribe", "List-Unsubscribe-Post"},
				verify(t, got)[0].HeaderKeys)
		})
	}
}

// What may happen to a mail on its way breaks the signature, or does not.
func TestSignatureHolds(t *testing.T) {
	tests := []struct {
		name, old, new string
		holds          bool
	}{
		{"as it is", "X-Own", "X-Own", true},
		{"a field that is not signed", "X-Own: 1", "X-Own: 2", true},
		{"folded elsewhere", "Subject: A\r\n folded one", "Subject:  A folded\r\n\tone", true},
		{"spaces at the end of a line", "hello ", "hello", true},
		{"a second From above", "From: Acme", "From: evil@z.example\r\nFrom: Acme", false},
		{"a second From below", "X-Own: 1", "From: evil@z.example", false},
		{"List-Unsubscribe-Post changed", "=One-Click", "=Two-Click", false},
		{"List-Unsubscribe-Post taken out", "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", "", false},
		{"List-Unsubscribe changed", "acme.example/u", "evil.example/u", false},
		{"subject", "Subject: A", "Subject: B", false},
		{"body", "world", "World", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			child := &fakeHost{}
			h := newSign(child, ed25519Key)
			h.Headers = []string{"subject"}
			signed := signedBy(t, h, child, newsletter)
			changed := strings.Replace(signed, test.old, test.new, 1)
			err := verify(t, changed)[0].Err
			require.Equal(t, test.holds, err == nil, "%v", err)
		})
	}
}

func TestSignTwice(t *testing.T) {
	child := &fakeHost{}
	h := newSign(newSign(child, ed25519Key), rsaKey())
	require.NoError(t, h.Validate())
	got := signedBy(t, h, child, newsletter)
	requireValid(t, got, 2)
	require.Contains(t, got, "a=rsa-sha256")
	require.Contains(t, got, "a=ed25519-sha256")
}

func TestSignThroughAServer(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := newSign(client(t, &SMTP{Addr: srv.Addr}), ed25519Key)
	e := envelope("b@y.example")
	e.Data = []byte(newsletter + ".\r\n..two\r\n")
	require.Equal(t, []string{"delivered"}, words(sendAny(t, h, t.Context(), e)))
	requireValid(t, string(srv.Mails()[0].Data), 1)
	require.NoError(t, h.Close())
}

func TestSignMessages(t *testing.T) {
	tests := []struct {
		name, data string
		refused    string // "": it is signed
	}{
		{"no body", "From: a@x.example\r\n\r\n", ""},
		{"no empty line", "From: a@x.example\r\nTo: b@y.example\r\n", ""},
		{"an empty field", "From: a@x.example\r\nSubject:\r\n\r\nx\r\n", ""},
		{"UTF-8", "From: J\u00f6rg <a@x.example>\r\nSubject: \u00fc\r\n\r\n\u00e4\r\n", ""},
		{"a long line", "From: a@x.example\r\nTo: " + strings.Repeat("b", 990) + "\r\n\r\nx\r\n", ""},
		{"a field that repeats", "From: a@x.example\r\nTo: b@y.example\r\nTo: c@y.example\r\n\r\nx\r\n", ""},
		{"empty", "", "empty"},
		{"no CRLF", "From: a@x.example\n\nx\n", "does not end with CRLF"},
		{"no header", "\r\nx\r\n", "0 From"},
		{"no field", "From: a@x.example\r\nhello\r\n\r\nx\r\n", "line 2 is no header field"},
		{"begins folded", " From: a@x.example\r\n\r\nx\r\n", "line 1 is no header field"},
		{"a space in a name", "From : a@x.example\r\n\r\nx\r\n", "line 1 is no header field"},
		{"a name in UTF-8", "From: a@x.example\r\nBetr\u00e4ff: x\r\n\r\nx\r\n", "line 2"},
		{"no name", "From: a@x.example\r\n: x\r\n\r\nx\r\n", "line 2"},
		{"no From", "To: a@x.example\r\n\r\nx\r\n", "0 From fields"},
		{"two From", "From: a@x.example\r\nFROM: b@x.example\r\n\r\nx\r\n", "2 From fields"},
		{"too many fields", "From: a@x.example\r\n" + strings.Repeat("To: b@y.example\r\n", 330) + "\r\nx\r\n", "too many"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			child := &fakeHost{}
			h := newSign(child, ed25519Key)
			bad := envelope("b@y.example", "c@y.example")
			bad.Data = []byte(test.data)
			got := sendAny(t, h, t.Context(), envelope("b@y.example"), bad, envelope("b@y.example"))
			if test.refused == "" {
				require.Equal(t, []string{"delivered", "delivered delivered", "delivered"}, words(got))
				signed := child.batches[0][1].Data
				requireValid(t, string(signed), 1)
				require.NoError(t, CheckData(signed))
				return
			}
			require.Equal(t, []string{"delivered", "permanent permanent", "delivered"}, words(got))
			require.Equal(t, "5.6.0", got[1][0].Enhanced)
			require.Contains(t, got[1][0].Text, test.refused)
			require.Len(t, child.batches[0], 2)
		})
	}
}

// Each field that occurs several times is signed.
func TestSignRepeatedFields(t *testing.T) {
	child := &fakeHost{}
	data := "From: a@x.example\r\nTo: b@y.example\r\nTo: c@y.example\r\n\r\nx\r\n"
	got := signedBy(t, newSign(child, ed25519Key), child, data)
	for _, to := range []string{"To: b", "To: c"} {
		require.Error(t, verify(t, strings.Replace(got, to, "To: d", 1))[0].Err)
	}
}

func TestSignHeaders(t *testing.T) {
	child := &fakeHost{}
	h := newSign(child, ed25519Key)
	h.Headers = []string{"x-own", "Date", "X-OWN", "Subject"}
	require.NoError(t, h.Validate())
	require.Equal(t, []string{"x-own", "Subject", "From", "From", "List-Unsubscribe", "List-Unsubscribe-Post"},
		verify(t, signedBy(t, h, child, newsletter))[0].HeaderKeys)
}

// The longest names that Validate lets through fit a line.
func TestSignLongHeaders(t *testing.T) {
	long := func(n int) []string {
		return []string{strings.Repeat("x", n-len(":From:List-Unsubscribe:List-Unsubscribe-Post"))}
	}
	child := &fakeHost{}
	h := newSign(child, ed25519Key)
	h.Headers = long(maxNames)
	require.NoError(t, h.Validate())
	requireValid(t, signedBy(t, h, child, h.Headers[0]+": 1\r\n"+newsletter), 1)
	h = newSign(child, ed25519Key)
	h.Headers = long(maxNames + 1)
	require.ErrorContains(t, h.Validate(), "at most 900")
}

func TestSignAfterTheContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	child := &fakeHost{}
	require.Equal(t, []string{"unsent"}, words(sendAny(t, newSign(child, ed25519Key), ctx, envelope("b@y.example"))))
	require.Empty(t, child.batches)
}

// A key that fails is no fault of the mail.
func TestSignWithAKeyThatFails(t *testing.T) {
	r := sendAny(t, newSign(&fakeHost{}, brokenKey{ed25519Key.Public()}), t.Context(), envelope("b@y.example"))[0][0]
	require.Equal(t, Unreachable, r.Outcome)
	require.True(t, r.Alarm)
	require.Contains(t, r.Text, "the device is gone")
}

type brokenKey struct{ public crypto.PublicKey }

func (k brokenKey) Public() crypto.PublicKey { return k.public }

func (brokenKey) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("the device is gone")
}
