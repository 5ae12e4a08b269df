package decode

import (
	"strings"
	"unicode"
)

// Clean returns a stranger's text as it can be shown: with U+FFFD for what is not
// UTF-8, for control characters, and for those that change the direction of what
// follows, which could make a page seem to say something else. Lines end with LF.
// Markup is left to the template.
func Clean(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Bidi_Control) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
