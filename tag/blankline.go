package tag

import (
	"bytes"
	"text/template/parse"
)

// blankLine ends the headers. Every execution must agree where they end.
func (s *lineScanner) blankLine() {
	if s.caller != "" {
		s.fail(ErrBlankInBranch, "the blank line that ends the headers stands in a called template", "put it into the block, behind the {{template}}")
		return
	}
	if s.depth > 0 {
		s.fail(ErrBlankInBranch, "the blank line that ends the headers stands inside a branch", "put it outside of if, with and range")
		return
	}
	below := s.i + 1
	if name := s.headerIn(s.src[below:]); name != "" {
		s.place = s.walker.fail(s.pos+parse.Pos(below), problem{ErrBlankLine, "a blank line stands before the header line " + name + ":", "take the blank line out, or begin the body with other words"})
		return
	}
	s.i, s.body = below, true
}

// first are the headers that authors begin a block with. Others may begin a body,
// as "Comments:" does in the mail of a form.
var first = map[string]bool{"From": true, "To": true, "Cc": true, "Bcc": true, "Reply-To": true, "Subject": true}

// headerIn returns the name of a header that the block does not have yet, where
// the body seems to begin with it: the blank line was meant for the eye.
func (s *lineScanner) headerIn(body []byte) string {
	name, h := headerAt(bytes.TrimLeft(body, " \t\r\n"))
	if !first[h.name] || s.given[h.name] {
		return ""
	}
	return name
}
