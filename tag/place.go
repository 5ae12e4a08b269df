package tag

import (
	"fmt"
	"slices"
)

// A state is a kind of place in the headers of a mail.
type state uint8

const (
	stateLineStart  state = iota // before the first character of a line
	stateName                    // in a header's name
	stateText                    // in an unstructured value
	stateAddress                 // in an address header, outside quotes and angle brackets
	stateQuoted                  // in a quoted display name
	stateAngle                   // between < and >
	stateAfter                   // behind >
	stateIDs                     // in a header of Message-IDs, outside angle brackets
	stateID                      // in the angle brackets of a Message-ID
	stateStructured              // in a structured value
	stateEither                  // branches ended in values of different headers: only a line break fits
	stateDead                    // behind break or continue: nothing follows
	stateError                   // a mistake was reported: no more of it
)

var stateNames = [...]string{
	"at the beginning of a line", "in a header's name", "in the text of a header", "in a list of addresses", "in quotes",
	"in angle brackets", "behind an address", "among Message-IDs", "in a Message-ID", "in a structured header", "in different headers", "behind break or continue", "behind a mistake",
}

func (s state) String() string { return stateNames[s] }

// endsLine reports whether a line may end in this state.
func (s state) endsLine() bool {
	return s == stateLineStart || s == stateEither || s.inValue()
}

// inValue reports whether the value of a header may end here.
func (s state) inValue() bool {
	switch s {
	case stateText, stateAddress, stateAfter, stateIDs, stateStructured:
		return true
	}
	return false
}

// startStates are the places behind the colon of each kind of header.
var startStates = map[headerKind]state{
	unstructuredHeader: stateText, addressHeader: stateAddress, messageIDHeader: stateIDs, structuredHeader: stateStructured,
}

// A place is what is known of one position in the headers; html/template calls it
// a context.
type place struct {
	state   state
	header  header
	name    string  // the part of the header's name read so far
	column  int     // how far this line is indented: one that is indented further continues it
	doubt   bool    // in stateError: the headers may be over
	touched bool    // a control action or a comment stands on this line, so that it is not blank
	filled  bool    // the address begun here has text or a value before this place
	holes   []*hole // values of the address begun here that do not know yet what they are
}

// same reports whether two places are the same kind of place.
func (c place) same(d place) bool {
	return c.state == d.state && c.header == d.header && c.name == d.name
}

// join returns the place behind branches that ended in c and d, and false where
// no text fits behind both.
func join(c, d place) (place, bool) {
	switch {
	case c.state == stateError || d.state == stateDead:
		return c, true
	case d.state == stateError || c.state == stateDead:
		return d, true
	}
	both := place{
		state: c.state, header: c.header, name: c.name, column: max(c.column, d.column),
		touched: c.touched || d.touched, filled: c.filled || d.filled, holes: slices.Clone(c.holes),
	}
	for _, h := range d.holes {
		if !slices.Contains(both.holes, h) {
			both.holes = append(both.holes, h)
		}
	}
	if c.same(d) {
		return both, true
	}
	if c.inAddresses() && d.inAddresses() && c.header == d.header {
		both.state = stateAfter // a comma or the end of the line may follow
		return both, true
	}
	both.state, both.header = stateEither, header{}
	return both, c.state.endsLine() && d.state.endsLine()
}

// inAddresses reports whether an address may end here.
func (c place) inAddresses() bool { return c.state == stateAddress || c.state == stateAfter }

func joinMistake(c, d place) problem {
	return problem{ErrBranchEnd, fmt.Sprintf("one branch ends %s, another %s", c.where(), d.where()), "end every branch at the same place of the header line"}
}

// where says in words which place it is.
func (c place) where() string {
	if c.header.name != "" && c.state != stateLineStart {
		return fmt.Sprintf("%s (%s)", c.state, c.header.name)
	}
	return c.state.String()
}
