package preview

import (
	"strings"

	"github.com/go-mailhost/mailhost/queue/decode"
)

// subject returns a mail's subject, or words that stand for it where it would not
// be seen.
func subject(text string) string {
	text = decode.Clean(text)
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
	return text{Text: decode.Clean(shown), Shown: len(shown), Size: len(s)}
}
