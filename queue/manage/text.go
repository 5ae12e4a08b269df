package manage

import (
	"fmt"
	"strconv"
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

// count returns a number as people read it: 12,345.
func count(n int) string {
	if n < 0 {
		return "-" + count(-n)
	}
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// plural returns a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

// sized returns a size as people read it.
func sized(n int) string {
	switch {
	case n < 1<<10:
		return plural(n, "byte")
	case n < 1<<20:
		return fmt.Sprintf("%.1f kB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}
