package manage

import (
	"strings"
	"unicode"
)

// clean returns a stranger's text as it can be shown: with U+FFFD for what is
// not UTF-8, for control characters, and for those that change the direction
// of what follows, which could make a page seem to say something else.
func clean(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Bidi_Control) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// subject returns a mail's subject, or words that stand for it where it would
// not be seen.
func subject(text string) string {
	text = clean(text)
	if strings.TrimSpace(text) == "" {
		return "(no subject)"
	}
	return text
}
