package tag

import (
	"fmt"
	"strings"

	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// parseField reads a header line that Go code gives as name and value, by the rules
// of literal ones.
func parseField(name, value string) (header, error) {
	h, wrong := parseHeader(name)
	if wrong != nil {
		return h, fmt.Errorf("%s: %s", wrong.what, fieldAdvice(wrong))
	}
	if hasControl(value) {
		return h, fmt.Errorf("the header %s has a line break or a control character in its value %q: take it out", h.name, clip(value))
	}
	return h, nil
}

// fieldAdvice is what to write instead, where there is no body behind the line.
func fieldAdvice(wrong *problem) string {
	switch wrong.code {
	case ErrHeaderName:
		return fmt.Sprintf("a name has letters, digits and hyphens, at most %d bytes", compose.MaxFieldName)
	case ErrUnknownHeader:
		return "write one that MailHost knows, or a name that begins with X-"
	}
	return wrong.instead
}

// hasControl reports whether a header's text has what could end its line, or has no
// business there; a tab is a blank.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}
