package host

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText bounds Report.Text, in bytes.
const maxText = 500

// cleanText makes a text fit for a log and a page: one line of valid UTF-8
// without controls, at most maxText bytes.
func cleanText(s string) string {
	if isClean(s) {
		return s
	}
	var b strings.Builder
	space := true
	for _, r := range truncate(s, 4*maxText) {
		if !unicode.IsPrint(r) {
			r = ' '
		}
		if r != ' ' || !space {
			b.WriteRune(r)
		}
		space = r == ' '
	}
	return strings.TrimRight(truncate(b.String(), maxText), " ")
}

// isClean returns whether a text is fit as it stands, for what servers mostly say.
func isClean(s string) bool {
	space := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && space {
			return false
		}
		space = s[i] == ' '
	}
	return len(s) <= maxText && (s == "" || !space)
}

// shown is a value as an error shows it: its first 80 bytes.
func shown(value string) string { return truncate(value, 80) }

// truncate returns the first n bytes of s at most, cut between characters.
func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
