package manage

import (
	"strings"

	"github.com/go-mailhost/mailhost/queue/decode"
)

// subject returns a mail's subject, or words that stand for it where it would
// not be seen.
func subject(text string) string {
	text = decode.Clean(text)
	if strings.TrimSpace(text) == "" {
		return "(no subject)"
	}
	return text
}
