package tag

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// maxCalendarWord is how much is kept of a name or a short value of a calendar,
// in bytes; a name that is longer belongs to no property that is known here.
const maxCalendarWord = 128

// A calendarText follows what a text/calendar part prints, so that each value is
// escaped for the place where it stands (RFC 5545 section 3.1). Its zero value
// stands at the beginning.
type calendarText struct {
	contentLine
	cr    bool // the byte before was a CR, whose LF belongs to it
	ended bool // the line has ended, unless a blank follows and continues it
}

// A contentLine is what is known of one line: NAME;PARAMETER="value":value.
type contentLine struct {
	state  calendarState
	name   string // of the property
	param  string // the parameter that was begun last
	kind   string // type of the property's value (RFC 5545 section 3.3), "" where the name does not tell
	zone   string // the parameter TZID
	word   []byte // how the name or value begun here begins
	filled bool   // the value begun here is not empty
	open   bool   // an escape sequence was begun: \ in a property's value, ^ in a parameter's
	query  bool   // a URI has come to its query
}

// A calendarState is a kind of place in a content line.
type calendarState uint8

const (
	calendarName   calendarState = iota // before the end of the property's name
	calendarParam                       // in a parameter's name
	calendarPlain                       // in a parameter's value without quotes
	calendarQuoted                      // in a parameter's value in quotes
	calendarBehind                      // behind the closing quote
	calendarValue                       // in the property's value
)

var errCalendarQuotes = errors.New(`a calendar parameter's value stands in quotes only in part: put the whole value in quotes, as in CN="{{.First}} {{.Last}}"`)

// Write follows the template's text and the escaped values. It keeps nothing but
// the place, and fails where that cannot be told: a line without a colon, a name
// that is none, text beside the quotes of a parameter's value.
func (c *calendarText) Write(p []byte) (int, error) {
	for i, b := range p {
		if err := c.next(b); err != nil {
			return i, err
		}
	}
	return len(p), nil
}

// next handles line breaks: CRLF, and LF or CR alone, as lenient readers do.
func (c *calendarText) next(b byte) error {
	afterCR, afterBreak := c.cr, c.ended
	c.cr = b == '\r'
	if b == '\n' && afterCR {
		return nil
	}
	if c.ended = b == '\n' || b == '\r'; !afterBreak {
		if c.ended {
			return nil
		}
		return c.char(b)
	}
	if b == ' ' || b == '\t' {
		return nil // the line goes on: RFC 5545 section 3.1
	}
	if err := c.checkEnd(); err != nil {
		return err
	}
	c.contentLine = contentLine{}
	if c.ended {
		return nil // an empty line, which a blank cannot join to the line before
	}
	return c.char(b)
}

// checkEnd reports a line that has no value.
func (c *contentLine) checkEnd() error {
	switch {
	case c.state == calendarValue || c.state == calendarName && len(bytes.TrimSpace(c.word)) == 0:
		return nil
	case c.state == calendarQuoted:
		return fmt.Errorf(`the quotes of the calendar parameter %s are not closed: write "`, c.param)
	case c.state == calendarName:
		return fmt.Errorf("the calendar line %q has no colon: write NAME:value; a line that begins with a space continues the one before", clip(string(c.word)))
	}
	return fmt.Errorf("the calendar property %s has no colon: write one before its value", c.name)
}

// char handles a byte within a line.
func (c *contentLine) char(b byte) error {
	switch c.state {
	case calendarName:
		return c.inName(b)
	case calendarParam:
		c.inParamName(b)
		return nil
	case calendarQuoted:
		c.inQuotes(b)
		return nil
	case calendarValue:
		c.inValue(b)
		return nil
	}
	return c.inParam(b)
}

// begin goes on to another kind of place.
func (c *contentLine) begin(s calendarState) {
	c.state, c.word, c.filled, c.open = s, c.word[:0], false, false
}

// keep adds a byte to the word.
func (c *contentLine) keep(b byte) {
	c.filled = true
	if len(c.word) < maxCalendarWord {
		c.word = append(c.word, b)
	}
}

func (c *contentLine) inName(b byte) error {
	if b != ':' && b != ';' {
		c.keep(b)
		return nil
	}
	c.name = strings.ToUpper(string(c.word))
	if !isCalendarName(c.name) {
		return fmt.Errorf("%q is no name of a calendar property: write letters, digits and hyphens at the beginning of a line", clip(c.name))
	}
	c.afterName(b)
	return nil
}

// isCalendarName reports whether s is a name as RFC 5545 section 3.1 has it.
func isCalendarName(s string) bool {
	return s != "" && strings.Trim(s, calendarLetters+calendarDigits+"-") == ""
}

// afterName handles what ends the property's name or one of its parameters.
func (c *contentLine) afterName(b byte) {
	if b == ';' {
		c.begin(calendarParam)
		return
	}
	if c.kind == "" {
		c.kind = calendarTypeOf[c.name]
	}
	c.begin(calendarValue)
}

func (c *contentLine) inParamName(b byte) {
	switch b {
	case '=':
		c.param = strings.ToUpper(string(c.word))
		c.begin(calendarPlain)
	case ':', ';':
		c.afterName(b)
	default:
		c.keep(b)
	}
}

// inParam handles a byte in or behind a parameter's value, outside of quotes.
func (c *contentLine) inParam(b byte) error {
	switch {
	case b == ':' || b == ';':
		c.setParam()
		c.afterName(b)
	case b == ',':
		c.begin(calendarPlain) // a list of values: RFC 5545 section 3.1.1
	case c.state == calendarBehind || b == '"' && c.filled:
		return errCalendarQuotes
	case b == '"':
		c.state = calendarQuoted
	default:
		c.open = b == '^' && !c.open
		c.keep(b)
	}
	return nil
}

func (c *contentLine) inQuotes(b byte) {
	if b == '"' {
		c.state = calendarBehind
		return
	}
	c.open = b == '^' && !c.open
	c.keep(b)
}

// setParam keeps the parameters that say how the property's value is read.
func (c *contentLine) setParam() {
	switch c.param {
	case "VALUE":
		c.kind = strings.ToUpper(string(c.word))
	case "TZID":
		c.zone = string(c.word)
	}
}

func (c *contentLine) inValue(b byte) {
	c.open = b == '\\' && !c.open
	c.query = c.query || b == '?' || b == '#'
	c.keep(b)
}
