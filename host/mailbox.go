package host

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// A Mailbox is an address that an SMTP command may carry.
type Mailbox struct {
	Local  string // as on the wire, with its quotes where it has them
	Domain string // ASCII: a domain in A-labels, or an address literal with its brackets
}

// RFC 5321 section 4.5.3.1. A path has at most 256 octets with its brackets.
const (
	maxLocal   = 64
	maxDomain  = 255
	maxMailbox = 254
)

// String returns the mailbox as it goes on the wire, without angle brackets.
func (m Mailbox) String() string { return m.Local + "@" + m.Domain }

// NeedsUTF8 returns whether only a server with SMTPUTF8 (RFC 6531) can take
// the mailbox. A domain never needs it, for it has been converted.
func (m Mailbox) NeedsUTF8() bool { return !isASCII(m.Local) }

// ParseMailbox returns the mailbox that s is: exactly a Mailbox of RFC 5321
// section 4.1.2, with no display name, brackets, comments or spaces around it.
// It takes time linear in the length of s.
//
// What RFC 5321 leaves open is decided so:
//
//   - A quoted local part keeps its quotes. One that holds '<' or '>' is
//     refused, for servers differ in where they see the end of its path.
//   - A domain without a dot, or of digits, is accepted: the relay knows.
//   - An address literal is IPv4 or IPv6, without a zone; IPv4 numbers have no
//     leading zeros.
//   - A local part may hold UTF-8 (RFC 6531), but no control, formatting,
//     zero-width or private character and no space other than U+0020 in quotes.
//   - A domain may hold UTF-8 and is converted to A-labels, if IDNA 2008 takes it
//     as it stands but for the case of ASCII letters: full-width letters, other
//     dots and characters that would be dropped are refused, not mapped.
//
// The error quotes at most 80 bytes of s.
func ParseMailbox(s string) (Mailbox, error) {
	m, err := parseMailbox(s)
	if err != nil {
		return Mailbox{}, fmt.Errorf("host: %q is no mailbox: %w", shown(s), err)
	}
	return m, nil
}

func parseMailbox(s string) (Mailbox, error) {
	// A character of UTF-8 takes at least a quarter of its bytes in an A-label.
	if len(s) > 4*maxMailbox {
		return Mailbox{}, errors.New("too long: at most 254 bytes")
	}
	n, err := scanLocal(s)
	if err != nil {
		return Mailbox{}, err
	}
	if n > maxLocal {
		return Mailbox{}, errors.New("the local part is too long: at most 64 bytes")
	}
	domain, err := parseDomainOrLiteral(s[n+1:])
	if err != nil {
		return Mailbox{}, err
	}
	if n+1+len(domain) > maxMailbox {
		return Mailbox{}, errors.New("too long: at most 254 bytes")
	}
	return Mailbox{Local: s[:n], Domain: domain}, nil
}

func isASCII[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
