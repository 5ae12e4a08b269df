package compose

import (
	"strings"
	"unicode/utf8"
)

// Line returns s as one line: each run of line breaks and controls becomes one
// space, and bytes that are no UTF-8 become U+FFFD.
func Line(s string) string {
	var b strings.Builder
	control := false
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		if isControl(r) {
			control = true
			continue
		}
		if control {
			b.WriteByte(' ')
			control = false
		}
		b.WriteRune(r)
	}
	if control {
		b.WriteByte(' ')
	}
	return b.String()
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

var quoter = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Quote returns s as it stands between the quotes of a quoted string (RFC 5322
// section 3.2.4). It does not write the quotes.
func Quote(s string) string { return quoter.Replace(s) }

// clip returns the first 80 bytes of s at most, for an error message.
func clip(s string) string {
	head, rest := cutRunes(s, 80)
	if rest != "" {
		head += "…"
	}
	return head
}

// cutRunes cuts s behind at most n bytes, between runes.
func cutRunes(s string, n int) (head, rest string) {
	if len(s) <= n {
		return s, ""
	}
	for n > 1 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n], s[n:]
}
