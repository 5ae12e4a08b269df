package compose

import (
	"fmt"
	"strings"
)

// maxParameter is the longest parameter that stands on a line of its own, behind a
// space and before a semicolon.
const maxParameter = maxFoldedLine - len(" ;")

// appendMediaField writes a field that is a word and its parameters (RFC 2045
// section 5.1). It is folded between parameters only, for readers differ on blanks
// within quotes.
func appendMediaField(out []byte, name, value string, params []string) []byte {
	out = append(append(append(out, name...), ": "...), value...)
	line := len(name) + len(": ") + len(value)
	for _, p := range params {
		sep := "; "
		if line+len(sep)+len(p)+len(";") > maxFoldedLine {
			sep, line = ";\r\n ", -len(";")
		}
		out = append(append(out, sep...), p...)
		line += len("; ") + len(p)
	}
	return append(out, "\r\n"...)
}

// parameter writes a parameter: quoted where it is short and printable ASCII, else
// in the pieces of RFC 2231. Never both: readers that see two take the wrong one.
// A value that looks like an encoded word is not quoted, for many readers decode it
// there, against RFC 2047 section 5.
func parameter(name, value string) []string {
	plain := name + `="` + Quote(value) + `"`
	if isPrintable(value) && !strings.Contains(value, "=?") && len(plain) <= maxParameter {
		return []string{plain}
	}
	return extendedParameter(name, value)
}

// extendedParameter writes a parameter in UTF-8 with escaped bytes (RFC 2231 section
// 4), over several lines where it is long (section 3). No piece ends within a
// character.
func extendedParameter(name, value string) []string {
	const charset = "utf-8''"
	whole := name + "*=" + charset + escapeAttribute(value)
	if len(whole) <= maxParameter {
		return []string{whole}
	}
	var pieces []string
	for piece := name + "*0*=" + charset; ; piece = fmt.Sprintf("%s*%d*=", name, len(pieces)) {
		for value != "" {
			char, rest := cutRunes(value, 1)
			if escaped := escapeAttribute(char); len(piece)+len(escaped) <= maxParameter {
				piece, value = piece+escaped, rest
				continue
			}
			break
		}
		pieces = append(pieces, piece)
		if value == "" {
			return pieces
		}
	}
}

// escapeAttribute escapes every byte that is no attribute-char (RFC 2231 section 7).
// What stays is less than is allowed, which does no harm.
func escapeAttribute(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if isAlphanumeric(c) || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
