package host

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSignValidate(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	rsaOf := func(bits int) brokenKey {
		return brokenKey{&rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), uint(bits-1)), E: 65537}}
	}
	valid := func(change func(*Sign)) *Sign {
		s := newSign(&fakeHost{}, ed25519Key)
		change(s)
		return s
	}
	tests := []struct {
		name string
		s    *Sign
		errs []string // none: it is valid
	}{
		{"valid", valid(func(*Sign) {}), nil},
		{"IDN", valid(func(s *Sign) { s.Domain = "bücher.example" }), nil},
		{"a selector with dots", valid(func(s *Sign) { s.Selector = "2026.mail" }), nil},
		{"RSA of 1024 bits", valid(func(s *Sign) { s.Key = rsaOf(1024) }), nil},
		{"RSA of 1023 bits", valid(func(s *Sign) { s.Key = rsaOf(1023) }), []string{"RSA key of 1023 bits"}},
		{"ECDSA", valid(func(s *Sign) { s.Key = curve }), []string{"take an RSA or an Ed25519 key"}},
		{"all", &Sign{}, []string{"no Host", `Domain "" is no domain`, `Selector "" is no selector`, "no Key"}},
		{"domain", valid(func(s *Sign) { s.Domain = "acme.example; l=0" }), []string{"is no domain"}},
		{"selector", valid(func(s *Sign) { s.Selector = "a b" }), []string{"is no selector"}},
		{"headers", valid(func(s *Sign) { s.Headers = []string{"Subject:", "", "a b"} }),
			[]string{`Headers has "Subject:"`, `Headers has ""`, `Headers has "a b"`}},
		{"child", valid(func(s *Sign) { s.Host = &fakeHost{mistake: errors.New("bad")} }), []string{"Host: bad"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.s.Validate()
			if test.errs == nil {
				require.NoError(t, err)
			}
			for _, text := range test.errs {
				require.ErrorContains(t, err, text)
			}
		})
	}
}

func TestSignWithAMistake(t *testing.T) {
	child := &fakeHost{}
	r := sendAny(t, &Sign{Host: child}, t.Context(), envelope("b@y.example"))[0][0]
	require.Equal(t, Unreachable, r.Outcome)
	require.True(t, r.Alarm)
	require.Contains(t, r.Text, "is no domain")
	require.Empty(t, child.batches)
}

func TestSignCloses(t *testing.T) {
	child := &fakeHost{}
	require.EqualError(t, (&Sign{Host: child}).Close(), "closed")
	require.NoError(t, (&Sign{}).Close())
}
