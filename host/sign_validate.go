package host

import (
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"
)

const (
	// minRSA is RFC 8301 section 3.2: verifiers ignore what a shorter key signed.
	minRSA = 1024
	// maxNames keeps the names of the signed fields, which stand on one line, within maxLine.
	maxNames = 900
)

// Validate returns an error that names every mistake in the fields and in the
// Host, or nil. Whether the public key is published it does not look up.
func (s *Sign) Validate() error {
	return errors.Join(s.mistakes(), validateChild("Host", s.Host))
}

func (s *Sign) mistakes() error {
	var errs []error
	if s.Host == nil {
		errs = append(errs, errors.New("host: Sign has no Host to send through"))
	}
	if _, err := parseDomain(s.Domain); err != nil {
		errs = append(errs, fmt.Errorf("host: Domain %q is no domain: %w", shown(s.Domain), err))
	}
	if _, err := parseDomain(s.Selector); err != nil { // RFC 6376 section 3.1
		errs = append(errs, fmt.Errorf("host: Selector %q is no selector: %w", shown(s.Selector), err))
	}
	errs = append(errs, s.keyMistake())
	for _, name := range s.Headers {
		if !isFieldName([]byte(name)) {
			errs = append(errs, fmt.Errorf("host: Headers has %q, which is no name of a header field", shown(name)))
		}
	}
	if n := len(strings.Join(signedFields(s.Headers), ":")); n > maxNames {
		errs = append(errs, fmt.Errorf("host: Headers has names of %d bytes together: at most %d fit a line", n, maxNames))
	}
	return errors.Join(errs...)
}

func (s *Sign) keyMistake() error {
	if s.Key == nil {
		return errors.New("host: Sign has no Key")
	}
	switch public := s.Key.Public().(type) {
	case *rsa.PublicKey:
		if bits := public.N.BitLen(); bits < minRSA {
			return fmt.Errorf("host: Key is an RSA key of %d bits: take one of 2048, or %d at least", bits, minRSA)
		}
	case ed25519.PublicKey:
	default:
		return fmt.Errorf("host: Key is for %T: take an RSA or an Ed25519 key", public)
	}
	return nil
}
