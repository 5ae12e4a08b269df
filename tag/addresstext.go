package tag

import "fmt"

func (s *lineScanner) inAddress(b byte) {
	switch b {
	case '"':
		s.fill()
		s.state = stateQuoted
	case '<':
		s.settle(&s.place, asName)
		s.state = stateAngle
	case ',':
		if s.second(); s.state == stateError {
			return
		}
		s.settle(&s.place, asList)
	case '>', '(', ')', ';':
		s.fail(ErrAddress, fmt.Sprintf("%q stands in a list of addresses", b), `write Name <address>, with the name in quotes where it holds such a character`)
		return
	default:
		s.fill()
	}
	s.take()
}

func (s *lineScanner) inQuotes(b byte) {
	switch {
	case b == '\\' && (s.i+1 == len(s.src) || s.src[s.i+1] < ' '):
		s.fail(ErrAddress, "a backslash stands before nothing that it could quote", "take it out: values are quoted without it")
		return
	case b == '\\':
		s.take()
	case b == '"':
		s.state = stateAddress
	}
	s.take()
}

func (s *lineScanner) inAngle(b byte) {
	switch b {
	case '>':
		s.settle(&s.place, asMailbox)
		s.state = stateAfter
	case '<':
		s.fail(ErrAddress, "a second < stands in an address", "close the first with >")
		return
	case ',':
		if len(s.holes) > 0 {
			s.fail(ErrAddress, "a comma stands in angle brackets", "close the address with > before it")
			return
		}
		s.fill()
	default:
		s.fill()
	}
	s.take()
}

func (s *lineScanner) afterAddress(b byte) {
	if b != ',' {
		s.fail(ErrAddress, fmt.Sprintf("%q stands behind an address", b), "put a comma between addresses")
		return
	}
	if s.second(); s.state == stateError {
		return
	}
	s.settle(&s.place, asList)
	s.state = stateAddress
	s.take()
}

// second reports the comma behind an address that must be the only one.
func (s *lineScanner) second() {
	if s.header.one() {
		s.fail(ErrAddress, "a comma stands in the header "+s.header.name, "write one address, with its name in quotes where that holds a comma")
	}
}
