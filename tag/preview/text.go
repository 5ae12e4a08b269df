package preview

import (
	"strings"
	"unicode"
)

// clean returns a text as it can be shown: with U+FFFD for what is not UTF-8, for
// control characters, and for those that change the direction of what follows,
// which could make a page seem to say something else.
func clean(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Bidi_Control) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// subject returns a mail's subject, or words that stand for it where it would not
// be seen.
func subject(text string) string {
	text = clean(text)
	if strings.TrimSpace(text) == "" {
		return "(no subject)"
	}
	return text
}

const maxShown = 256 << 10 // bytes of a text on a page, which is made in memory

// A text is the first part of what is shown as it stands.
type text struct {
	Text  string
	Shown int // bytes
	Size  int // bytes, of the whole
}

func newText(s string) text {
	shown := s[:min(len(s), maxShown)]
	return text{Text: clean(shown), Shown: len(shown), Size: len(s)}
}
