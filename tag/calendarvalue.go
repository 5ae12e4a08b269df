package tag

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode"
)

var (
	errCalendarName  = errors.New("a value stands where the name of a calendar property must: write the name in the template, as in SUMMARY:{{.Title}}; a line that continues the one before begins with a space")
	errCalendarParam = errors.New("a value stands where the name of a calendar parameter must: write the name in the template, as in ;CN={{.Name}}")
)

// escape returns what a value reads as at this place. No value begins a line, a
// parameter or a component, or ends the value that it is a part of.
func (c *calendarText) escape(v any) (string, error) {
	switch {
	case c.ended || c.state == calendarName:
		return "", errCalendarName
	case c.state == calendarParam:
		return "", errCalendarParam
	case c.state == calendarBehind:
		return "", errCalendarQuotes
	case c.open:
		return "", fmt.Errorf("a value of the calendar property %s stands behind a sign that escapes it: write \\\\ for a backslash, and ^^ for a ^ in a parameter", c.name)
	case c.state == calendarValue:
		return c.property(v)
	}
	return c.parameter(v)
}

// parameter returns a value of a parameter (RFC 5545 section 3.2), encoded by RFC
// 6868.
func (c *contentLine) parameter(v any) (string, error) {
	if c.param == "VALUE" || c.param == "ENCODING" {
		return "", fmt.Errorf("a value stands in the calendar parameter %s, which says how the property is read: write it in the template", c.param)
	}
	if isList(v) {
		return "", fmt.Errorf("a list stands in the calendar parameter %s: write its values with range, a comma between them", c.param)
	}
	s, err := c.text(v)
	if err != nil {
		return "", err
	}
	encoded := rfc6868.Replace(calendarRunes(s))
	switch {
	case c.state == calendarQuoted || !strings.ContainsAny(s, `:;,"`):
		return encoded, nil
	case c.filled:
		return "", fmt.Errorf("%q cannot be a part of the calendar parameter %s without quotes: put the whole value in quotes", clip(s), c.param)
	}
	return `"` + encoded + `"`, nil
}

// property returns a value of a property, or a list of them.
func (c *contentLine) property(v any) (string, error) {
	if c.name == "BEGIN" || c.name == "END" {
		return "", fmt.Errorf("a value stands where the name of a calendar component must: write it in the template, as in %s:VEVENT", c.name)
	}
	if !isList(v) {
		return c.single(v)
	}
	if !calendarLists[c.name] {
		return "", fmt.Errorf("a list stands in the calendar property %s, which has one value: write one, or join them", c.name)
	}
	return c.list(reflect.Indirect(reflect.ValueOf(v)))
}

// isList reports whether a value is a slice or an array that does not print itself.
func isList(v any) bool {
	r := reflect.ValueOf(v)
	if !r.IsValid() || printsItself(r.Type()) {
		return false
	}
	kind := reflect.Indirect(r).Kind()
	return kind == reflect.Slice || kind == reflect.Array
}

func (c *contentLine) list(r reflect.Value) (string, error) {
	texts := make([]string, r.Len())
	for i := range texts {
		var err error
		if texts[i], err = c.single(r.Index(i).Interface()); err != nil {
			return "", err
		}
	}
	return strings.Join(texts, ","), nil
}

// single returns one value of a property, for the type that the property has.
func (c *contentLine) single(v any) (string, error) {
	if c.kind == calendarURI || c.kind == calendarAddress {
		return c.uri(v)
	}
	s, err := c.text(v)
	if err != nil {
		return "", err
	}
	if t, ok := calendarTypes[c.kind]; ok {
		return c.structured(t, s)
	}
	return rfc5545Text.Replace(calendarRunes(s)), nil
}

// RFC 5545 section 3.3.11, and RFC 6868 section 3.
var (
	rfc5545Text = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)
	rfc6868     = strings.NewReplacer("^", "^^", "\n", "^n", `"`, "^'")
)

// Unicode's line breaks are such to some readers of calendars, too.
var calendarBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// calendarRunes returns s with each line break as \n, and without other controls
// but tabs; what is not UTF-8 becomes U+FFFD.
func calendarRunes(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, calendarBreaks.Replace(s))
}
