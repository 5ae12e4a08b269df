package host

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// ParseDKIMKey returns the private key of a PEM file, for the field Key of [Sign]:
// RSA in PKCS #1 ("RSA PRIVATE KEY") or PKCS #8, or Ed25519 in PKCS #8 ("PRIVATE
// KEY"), not encrypted. What follows the first block is ignored. Sign.Validate says
// whether the key is fit.
func ParseDKIMKey(data []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("host: the DKIM key is no PEM file")
	}
	var key any
	var err error
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	default:
		return nil, fmt.Errorf("host: the DKIM key is a PEM block of type %q: write PRIVATE KEY or RSA PRIVATE KEY",
			shown(block.Type))
	}
	if err != nil {
		return nil, fmt.Errorf("host: the DKIM key cannot be read: %w", err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("host: the DKIM key is a %T, which cannot sign", key)
	}
	return signer, nil
}
