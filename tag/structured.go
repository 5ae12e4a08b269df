package tag

import (
	"fmt"
	"slices"
	"strings"
)

// maxWord bounds what stands between two spaces of a structured header, where
// alone it can be folded: a line has at most 998 bytes (RFC 5322 section 2.1.1).
const maxWord = 900

// keywords are all that may stand in some structured headers, in lower case.
var keywords = map[string][]string{
	"Auto-Submitted":        {"no", "auto-generated", "auto-replied", "auto-notified"}, // RFC 3834 section 5, RFC 5436 section 2.7.1
	"Importance":            {"high", "normal", "low"},
	"Priority":              {"urgent", "normal", "non-urgent"},
	"Sensitivity":           {"personal", "private", "company-confidential"},
	"List-Unsubscribe-Post": {"list-unsubscribe=one-click"}, // RFC 8058 section 3.1
	"Tls-Required":          {"no"},                         // RFC 8689 section 5
}

// checkStructured reports what is wrong with the value of a structured header.
func checkStructured(name, value string) error {
	for _, b := range []byte(value) {
		if (b < ' ' || b > '~') && b != '\t' {
			return fmt.Errorf("%q is not all ASCII, as %s must be", clip(value), name)
		}
	}
	for word := range strings.FieldsSeq(value) {
		if len(word) > maxWord {
			return fmt.Errorf("%q has more than %d bytes without a space", clip(word), maxWord)
		}
	}
	word := value
	if name == "Auto-Submitted" {
		word, _, _ = strings.Cut(value, ";") // parameters
	}
	if list := keywords[name]; list != nil && !slices.Contains(list, strings.ToLower(strings.Trim(word, " \t"))) {
		return fmt.Errorf("%q is none of %s", clip(value), strings.Join(list, ", "))
	}
	return nil
}
