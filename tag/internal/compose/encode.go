package compose

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

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
	if strings.Contains(s, "=?") || strings.Contains(s, "  ") || strings.TrimSpace(s) != s || !isPrintable(s) {
		return false
	}
	for word := range strings.SplitSeq(s, " ") {
		if len(word) > maxFoldedLine-before-len(": ") {
			return false
		}
	}
	return true
}

// isPrintable reports whether s is spaces and visible ASCII.
func isPrintable(s string) bool {
	for _, b := range []byte(s) {
		if b < ' ' || b > '~' {
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
	room := maxFoldedLine - before - len(": ") - len(prefix) - len(suffix)
	size := max(room/4*3, utf8.UTFMax)
	var words []string
	for s != "" {
		var chunk string
		chunk, s = cutRunes(s, size)
		words = append(words, prefix+base64.StdEncoding.EncodeToString([]byte(chunk))+suffix)
	}
	return strings.Join(words, " ")
}

// encodeAddresses returns a list of addresses as it goes on the wire.
func encodeAddresses(list []Address, before int) string {
	texts := make([]string, len(list))
	for i, a := range list {
		texts[i] = encodeAddress(a, before)
	}
	return strings.Join(texts, ", ")
}

func encodeAddress(a Address, before int) string {
	spec := a.Mailbox.String()
	name := strings.TrimSpace(Line(a.Name))
	switch {
	case name == "":
		return spec
	case !isPlain(Quote(name), before+len(`""`)):
		return encodedWords(name, before) + " <" + spec + ">"
	case isAtoms(name):
		return name + " <" + spec + ">"
	}
	return `"` + Quote(name) + `" <` + spec + ">"
}

// isAtoms reports whether a plain name is words of letters and digits, which need
// no quotes.
func isAtoms(name string) bool {
	for _, b := range []byte(name) {
		if b != ' ' && !isAlphanumeric(b) {
			return false
		}
	}
	return true
}

func isAlphanumeric(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9'
}
