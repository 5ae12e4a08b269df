package tag

import (
	"fmt"
	"strings"

	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// literal checks the value of a line that holds no values of the page.
func (s *lineScanner) literal() {
	if s.value == 0 || !s.state.inValue() || len(s.holes) > 0 {
		return
	}
	value := strings.TrimSpace(string(s.out[s.value:]))
	if value == "" { // the line is dropped
		s.given[s.header.name] = s.stood
		return
	}
	switch s.header.kind {
	case addressHeader:
		if _, err := compose.ParseAddresses(value); err != nil {
			s.fail(ErrAddress, fmt.Sprintf("the header %s holds no addresses: %v", s.header.name, err),
				"write name@domain or Name <name@domain>, with the name in quotes where it holds a comma")
		}
	case messageIDHeader:
		if _, err := parseMessageIDs(value); err != nil {
			s.fail(ErrWrongValue, fmt.Sprintf("the header %s holds no Message-IDs: %v", s.header.name, err), adviceMessageID)
		}
	case structuredHeader:
		if err := checkStructured(s.header.name, value); err != nil {
			s.fail(ErrWrongValue, fmt.Sprintf("the header %s: %v", s.header.name, err), "write what its standard allows")
		}
	}
}

const adviceMessageID = "write <left@right>, with a space between two"

// betweenMessageIDs reads a character outside of angle brackets.
func (s *lineScanner) betweenMessageIDs(b byte) {
	if b != '<' {
		s.fail(ErrWrongValue, fmt.Sprintf("%q stands among the Message-IDs of the header %s", b, s.header.name), adviceMessageID)
		return
	}
	s.state = stateID
	s.take()
}

// inMessageID reads a character in angle brackets.
func (s *lineScanner) inMessageID(b byte) {
	switch b {
	case '>':
		s.state = stateIDs
	case '<':
		s.fail(ErrWrongValue, "a second < stands in a Message-ID", "close the first with >")
		return
	}
	s.take()
}
