package host

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanLocal returns the length of the local part that s begins with, and which
// an '@' follows. RFC 5321 section 4.1.2, with RFC 6531 section 3.3.
func scanLocal(s string) (int, error) {
	switch {
	case s == "":
		return 0, errors.New("it is empty")
	case s[0] == '@':
		return 0, errors.New("no local part")
	case s[0] == '"':
		return scanQuoted(s)
	}
	return scanDotString(s)
}

func scanDotString(s string) (int, error) {
	atomStart := true
	for i, r := range s {
		switch {
		case (r == '.' || r == '@') && atomStart:
			return 0, errors.New("a dot at an end of the local part, or two in a row")
		case r == '@':
			return i, nil
		case r == '.':
			atomStart = true
			continue
		case r < utf8.RuneSelf && !isAtext(byte(r)):
			return 0, fmt.Errorf("%q in the local part", r)
		case r >= utf8.RuneSelf && !isVisible(s[i:], r):
			return 0, fmt.Errorf("the character %U in the local part", r)
		}
		atomStart = false
	}
	return 0, errors.New("no domain")
}

func scanQuoted(s string) (int, error) {
	escaped := false
	for i, r := range s[1:] {
		i++
		switch {
		case r < ' ' || r == 0x7f:
			return 0, fmt.Errorf("a control character (%U)", r)
		case r == '<' || r == '>':
			return 0, fmt.Errorf("%q in a quoted local part", r)
		case escaped && r >= utf8.RuneSelf:
			return 0, fmt.Errorf("a backslash before %U", r)
		case r >= utf8.RuneSelf && !isVisible(s[i:], r):
			return 0, fmt.Errorf("the character %U in the local part", r)
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '"':
			return endQuoted(s, i+1)
		}
	}
	return 0, errors.New("a quotation mark that is not closed")
}

func endQuoted(s string, end int) (int, error) {
	if end == len(s) {
		return 0, errors.New("no domain")
	}
	if s[end] != '@' {
		return 0, errors.New("text behind the quoted local part")
	}
	return end, nil
}

// isAtext is RFC 5322 section 3.2.3.
func isAtext(c byte) bool {
	return isAlnum(c) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0
}

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// isVisible returns whether r, the non-ASCII character that s begins with, is
// one a reader can see: what cannot be seen makes two addresses look like one.
func isVisible(s string, r rune) bool {
	if r == utf8.RuneError && !strings.HasPrefix(s, "\uFFFD") {
		return false
	}
	return unicode.IsGraphic(r) &&
		!unicode.In(r, unicode.Zs, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
