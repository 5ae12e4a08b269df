package tag

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// maxEncodedLine is the longest line with an encoded word (RFC 2047 section 2),
// and where other header lines are folded (RFC 5322 section 2.1.1 asks for 78).
const maxEncodedLine = 76

// encodeText returns the text of an unstructured header as it goes on the wire:
// as it is where that is safe, else in encoded words (RFC 2047). before is the
// length of the header's name.
func encodeText(s string, before int) string {
	if isPlain(s, before) {
		return s
	}
	return encodedWords(s, before)
}

// isPlain reports whether s can stand in a header as it is: printable ASCII that
// cannot be read as an encoded word, in words that can be folded.
func isPlain(s string, before int) bool {
	if strings.Contains(s, "=?") || strings.Contains(s, "  ") || strings.TrimSpace(s) != s {
		return false
	}
	for _, b := range []byte(s) {
		if b < ' ' || b > '~' {
			return false
		}
	}
	for word := range strings.SplitSeq(s, " ") {
		if len(word) > maxEncodedLine-before-len(": ") {
			return false
		}
	}
	return true
}

// encodedWords encodes s in words that fit into a line each, even the first,
// which stands behind the header's name. Base64 is safe in a display name too,
// where RFC 2047 section 5 forbids most of what the Q encoding leaves as it is.
func encodedWords(s string, before int) string {
	const prefix, suffix = "=?utf-8?b?", "?="
	room := maxEncodedLine - before - len(": ") - len(prefix) - len(suffix)
	size := max(room/4*3, utf8.UTFMax)
	var words []string
	for s != "" {
		var chunk string
		chunk, s = cutRunes(s, size)
		words = append(words, prefix+base64.StdEncoding.EncodeToString([]byte(chunk))+suffix)
	}
	return strings.Join(words, " ")
}

// cutRunes cuts s behind at most n bytes, between runes.
func cutRunes(s string, n int) (head, rest string) {
	if len(s) <= n {
		return s, ""
	}
	for n > 1 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n], s[n:]
}

// encodeAddresses returns a list of addresses as it goes on the wire.
func encodeAddresses(list []address, before int) string {
	texts := make([]string, len(list))
	for i, a := range list {
		texts[i] = encodeAddress(a, before)
	}
	return strings.Join(texts, ", ")
}

func encodeAddress(a address, before int) string {
	spec := a.mailbox.String()
	switch {
	case a.name == "":
		return spec
	case !isPlain(a.name, before+len(`""`)):
		return encodedWords(a.name, before) + " <" + spec + ">"
	case isAtoms(a.name):
		return a.name + " <" + spec + ">"
	}
	return `"` + quoter.Replace(a.name) + `" <` + spec + ">"
}

// isAtoms reports whether a plain name is words of letters and digits, which need
// no quotes.
func isAtoms(name string) bool {
	for _, b := range []byte(name) {
		if b != ' ' && !isLetter(b) && (b < '0' || b > '9') {
			return false
		}
	}
	return true
}

// foldField writes a header field, folded before spaces so that no line is longer
// than need be (RFC 5322 section 2.2.3).
func foldField(name, value string) []byte {
	out := []byte(name + ":")
	line := len(out)
	for word := range strings.SplitSeq(value, " ") {
		if line+len(" ")+len(word) > maxEncodedLine && line > len(name)+len(":") {
			out = append(out, "\r\n"...)
			line = 0
		}
		out = append(append(out, ' '), word...)
		line += len(" ") + len(word)
	}
	return append(out, "\r\n"...)
}
