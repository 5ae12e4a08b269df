package host

import "fmt"

// String names the signature, without the key.
func (s *Sign) String() string {
	return fmt.Sprintf("host.Sign %s._domainkey.%s", s.Selector, s.Domain)
}

// GoString is String.
func (s *Sign) GoString() string { return s.String() }

// MarshalText is String, so that the key is not in JSON either.
func (s *Sign) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
