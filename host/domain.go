package host

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// parseDomainOrLiteral returns what may stand behind the '@' of a mailbox or
// behind EHLO, in ASCII.
func parseDomainOrLiteral(s string) (string, error) {
	if strings.HasPrefix(s, "[") {
		return s, checkLiteral(s)
	}
	return parseDomain(s)
}

// parseDomain returns a domain in ASCII. RFC 5321 section 4.1.2 and RFC 5891.
func parseDomain(s string) (string, error) {
	if s == "" {
		return "", errors.New("no domain")
	}
	if !isASCII(s) {
		ascii, err := toALabels(lowerASCII(s))
		if err != nil {
			return "", err
		}
		return ascii, checkLabels(ascii)
	}
	if err := checkLabels(s); err != nil {
		return "", err
	}
	if lower := lowerASCII(s); strings.HasPrefix(lower, "xn--") || strings.Contains(lower, ".xn--") {
		return s, checkALabels(lower)
	}
	return s, nil
}

func checkLabels(s string) error {
	if len(s) > maxDomain {
		return errors.New("the domain is too long: at most 255 bytes")
	}
	for label := range strings.SplitSeq(s, ".") {
		switch {
		case label == "":
			return errors.New("a dot at an end of the domain, or two in a row")
		case len(label) > 63: // RFC 1035 section 2.3.4
			return errors.New("a part of the domain is longer than 63 bytes")
		case label[0] == '-' || label[len(label)-1] == '-':
			return errors.New("a part of the domain begins or ends with a hyphen")
		}
		for _, r := range label {
			if r != '-' && !isAlnum(byte(r)) {
				return fmt.Errorf("%q in the domain", r)
			}
		}
	}
	return nil
}

// toALabels converts without mapping: idna.Registration refuses what
// idna.Lookup would map to something else or drop.
func toALabels(s string) (string, error) {
	ascii, err := idna.Registration.ToASCII(s)
	if err != nil {
		return "", fmt.Errorf("the domain cannot be written in ASCII: %w", err)
	}
	return ascii, checkALabels(ascii)
}

// checkALabels refuses a domain whose A-labels do not decode, or decode to
// what is not encoded so: RFC 5891 section 5.3.
func checkALabels(lower string) error {
	decoded, err := idna.Registration.ToUnicode(lower)
	if err != nil {
		return fmt.Errorf("the domain has a bad xn-- part: %w", err)
	}
	if again, err := idna.Registration.ToASCII(decoded); err != nil || again != lower {
		return errors.New("the domain has a bad xn-- part")
	}
	return nil
}

// lowerASCII leaves all but A to Z alone: U+212A, the Kelvin sign, is not k.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// checkLiteral is RFC 5321 section 4.1.3, without general address literals.
func checkLiteral(s string) error {
	bad := errors.New("a bad address literal: write [192.0.2.1] or [IPv6:2001:db8::1]")
	if !strings.HasSuffix(s, "]") {
		return bad
	}
	address := s[1 : len(s)-1]
	if len(address) < 5 || !strings.EqualFold(address[:5], "IPv6:") {
		if ip, err := netip.ParseAddr(address); err != nil || !ip.Is4() {
			return bad
		}
		return nil
	}
	address = address[5:]
	if ip, err := netip.ParseAddr(address); err != nil || !ip.Is6() || ip.Zone() != "" || !shortensTwo(address) {
		return bad
	}
	return nil
}

// shortensTwo returns whether the "::" of an IPv6 address, where it has one,
// stands for two groups or more.
func shortensTwo(address string) bool {
	if !strings.Contains(address, "::") {
		return true
	}
	groups := 0
	for group := range strings.SplitSeq(address, ":") {
		switch {
		case strings.Contains(group, "."):
			groups += 2
		case group != "":
			groups++
		}
	}
	return groups <= 6
}
