package host

import (
	"crypto/ecdh"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseDKIMKey(t *testing.T) {
	pkcs8 := func(key any) []byte {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		require.NoError(t, err)
		return der
	}
	exchange, err := ecdh.X25519().GenerateKey(rand.Reader)
	require.NoError(t, err)
	pkcs1 := x509.MarshalPKCS1PrivateKey(rsaKey())
	tests := []struct {
		name, kind string
		der        []byte
		want       any
		err        string
	}{
		{"RSA, PKCS #1", "RSA PRIVATE KEY", pkcs1, rsaKey(), ""},
		{"RSA, PKCS #8", "PRIVATE KEY", pkcs8(rsaKey()), rsaKey(), ""},
		{"Ed25519", "PRIVATE KEY", pkcs8(ed25519Key), ed25519Key, ""},
		{"public", "PUBLIC KEY", pkcs1, nil, `type "PUBLIC KEY"`},
		{"encrypted", "ENCRYPTED PRIVATE KEY", pkcs1, nil, "ENCRYPTED"},
		{"cut", "PRIVATE KEY", pkcs8(rsaKey())[:100], nil, "cannot be read"},
		{"no key for signatures", "PRIVATE KEY", pkcs8(exchange), nil, "cannot sign"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := ParseDKIMKey(pem.EncodeToMemory(&pem.Block{Type: test.kind, Bytes: test.der}))
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
	_, err = ParseDKIMKey([]byte("key"))
	require.ErrorContains(t, err, "no PEM file")
}
