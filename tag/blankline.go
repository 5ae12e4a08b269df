package tag

import "bytes"

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
	s.i++
	if name := s.headerBelow(); name != "" {
		s.fail(ErrBlankLine, "a blank line stands before the header line "+name+":", "take the blank line out, or begin the body with other words")
		return
	}
	s.body = true
}

// first are the headers that authors begin a block with. Others may begin a body,
// as "Comments:" does in the mail of a form.
var first = map[string]bool{"From": true, "To": true, "Cc": true, "Bcc": true, "Reply-To": true, "Subject": true}

// headerBelow returns the name of a header that the block does not have yet, where
// the body seems to begin with it: the blank line was meant for the eye.
func (s *lineScanner) headerBelow() string {
	name, h := headerAt(bytes.TrimLeft(s.src[s.i:], " \t\r\n"))
	if !first[h.name] || s.given[h.name] {
		return ""
	}
	return name
}
