package tag

import (
	"bytes"
	"fmt"
	"text/template/parse"
)

// lineBreak ends a line, or joins the next to it where that begins with a blank.
func (s *lineScanner) lineBreak() {
	if s.state == stateLineStart && !s.touched {
		s.blankLine()
		return
	}
	rest := s.src[s.i+1:]
	word := bytes.TrimLeft(rest, " \t")
	column := len(rest) - len(word)
	if column > s.column && s.state.inValue() && s.continues(word) {
		s.fold(word)
		return
	}
	if s.literal(); s.state == stateError {
		return
	}
	if s.place = s.endLine(s.place, s.pos+parse.Pos(s.i)); s.state == stateError {
		return
	}
	s.column, s.value = column, 0
	s.i = len(s.src) - len(word)
	s.out = append(s.out, '\n')
}

// continues reports whether an indented line that begins with word has something
// in it: text, or a value behind the end of this text.
func (s *lineScanner) continues(word []byte) bool {
	if len(word) > 0 {
		return word[0] != '\n' && word[0] != '\r'
	}
	switch n := s.after.(type) {
	case nil:
		return false
	case *parse.ActionNode:
		return len(n.Pipe.Decl) == 0
	case *parse.TextNode: // behind a comment
		word := bytes.TrimLeft(n.Text, " \t")
		name, _ := headerAt(word)
		return name == "" && len(word) > 0 && s.continues(word)
	}
	return s.behindComma()
}

// behindComma reports whether the list of addresses must go on.
func (s *lineScanner) behindComma() bool {
	return s.state == stateAddress && !s.filled && len(s.holes) == 0 && bytes.HasSuffix(bytes.TrimRight(s.out, " \t"), []byte(","))
}

// fold joins a line to the header that it continues (RFC 5322 section 2.2.3).
func (s *lineScanner) fold(word []byte) {
	s.i = len(s.src) - len(word)
	if name, h := headerAt(word); headers[h.name] != noHeader {
		s.fail(ErrContinuation, fmt.Sprintf("the indented line %s: continues the header %s", name, s.header.name), "indent it like the first header line")
		return
	}
	s.out, s.joined = append(s.out, ' '), s.header
}
