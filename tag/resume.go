package tag

import (
	"bytes"
	"net/textproto"
	"slices"
	"strings"
)

// doubtful are the mistakes behind which nobody knows whether the headers go on: often
// they are over, and it is the blank line that is missing.
var doubtful = []Code{ErrNoColon, ErrHeaderName, ErrUnknownHeader, ErrValueAsName, ErrBlankLine, ErrBlankInBranch, ErrContinuation}

// behind returns the place behind a mistake.
func behind(code Code) place {
	return place{state: stateError, doubt: slices.Contains(doubtful, code)}
}

// resume goes on in the first line behind a mistake that can be read without it, so
// that one mistake does not hide those of other lines. It reports whether there is one
// in this text.
func (s *lineScanner) resume() bool {
	for {
		i := bytes.IndexByte(s.src[s.i:], '\n')
		if i < 0 {
			return false
		}
		s.i += i + 1
		line := s.src[s.i:]
		word := bytes.TrimLeft(line, " \t")
		if column := len(line) - len(word); s.resumesAt(word, column) {
			s.place, s.value = place{column: column}, 0
			s.i += column
			return true
		}
	}
}

// resumesAt reports whether a line is no part of the mistake before it.
func (s *lineScanner) resumesAt(word []byte, column int) bool {
	switch {
	case beginsKnownHeader(word):
		return true
	case s.doubt: // the blank line ends the headers that there may be
		return s.depth == 0 && s.caller == "" && len(word) > 0 && (word[0] == '\n' || bytes.HasPrefix(word, []byte("\r\n")))
	}
	return column <= s.indent // else it continues the line before
}

// beginsKnownHeader reports whether a text begins with a header that means something,
// if only that it may not stand in a block.
func beginsKnownHeader(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	name, _, found := strings.Cut(string(line), ":")
	if !found || !isHeaderName(name) {
		return false
	}
	name = textproto.CanonicalMIMEHeaderKey(name)
	return headers[name] != noHeader || owned(name) || strings.HasPrefix(name, "X-")
}
