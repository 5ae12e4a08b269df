package tag

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

const (
	calendarDigits  = "0123456789"
	calendarLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// The types of values (RFC 5545 section 3.3) that are spoken of by name.
const (
	calendarDate    = "DATE"
	calendarAddress = "CAL-ADDRESS"
	calendarURI     = "URI"
)

// A calendarType is what a value of a structured type may be.
type calendarType struct {
	chars   string // the characters it may hold
	instead string // what to write
}

// calendarTypes are the structured types of RFC 5545 section 3.3; a type that is
// not here is TEXT. TOKEN is for TEXT of which the RFC lists what it may be.
var calendarTypes = map[string]calendarType{
	"BINARY":     {calendarLetters + calendarDigits + "+/=", "write it in base64"},
	"BOOLEAN":    {calendarLetters, "write a bool"},
	calendarDate: {calendarDigits, "write a time.Time, or a text like 20060102"},
	"DATE-TIME":  {calendarDigits + "TZ", "write a time.Time, or a text like 20060102T150405Z"},
	"DURATION":   {calendarDigits + "+-PWDTHMS", "write a time.Duration, or a text like PT1H30M"},
	"FLOAT":      {calendarDigits + "+-.;", "write a number; GEO is latitude;longitude"},
	"INTEGER":    {calendarDigits + "+-", "write a whole number"},
	"PERIOD":     {calendarDigits + "+-PWDTHMSZ/", "write a text like 20060102T150405Z/PT1H"},
	"RECUR":      {calendarLetters + calendarDigits + "+-,;=", "write a text like FREQ=WEEKLY;COUNT=4, or one value behind each = of it"},
	"TIME":       {calendarDigits + "Z", "write a text like 150405"},
	"TOKEN":      {calendarLetters + calendarDigits + "-.", "write one word"},
	"UTC-OFFSET": {calendarDigits + "+-", "write a text like +0100"},
}

// calendarTypeOf holds the type of each property that is not TEXT where no
// parameter VALUE says otherwise: RFC 5545 section 8.3.2, RFC 7986, RFC 9073, RFC
// 9074.
var calendarTypeOf = typesOfProperties(map[string]string{
	"DATE-TIME":     "ACKNOWLEDGED COMPLETED CREATED DTEND DTSTAMP DTSTART DUE EXDATE LAST-MODIFIED RDATE RECURRENCE-ID TZUNTIL",
	"DURATION":      "DURATION REFRESH-INTERVAL TRIGGER",
	"FLOAT":         "GEO",
	"INTEGER":       "PERCENT-COMPLETE PRIORITY REPEAT SEQUENCE",
	"PERIOD":        "FREEBUSY",
	"RECUR":         "EXRULE RRULE",
	"TOKEN":         "ACTION CALSCALE CLASS METHOD STATUS TRANSP VERSION",
	"UTC-OFFSET":    "TZOFFSETFROM TZOFFSETTO",
	calendarAddress: "ATTENDEE CALENDAR-ADDRESS ORGANIZER",
	calendarURI:     "ATTACH CONCEPT CONFERENCE IMAGE LINK SOURCE TZURL URL",
})

func typesOfProperties(names map[string]string) map[string]string {
	types := map[string]string{}
	for kind, list := range names {
		for _, name := range strings.Fields(list) {
			types[name] = kind
		}
	}
	return types
}

// calendarLists are the properties whose value may be a list.
var calendarLists = map[string]bool{"CATEGORIES": true, "RESOURCES": true, "EXDATE": true, "RDATE": true, "FREEBUSY": true}

// structured returns a value of a structured type, which has no escapes.
func (c *contentLine) structured(t calendarType, s string) (string, error) {
	chars := t.chars
	if calendarLists[c.name] {
		chars += ","
	}
	if c.filled && c.kind != "BINARY" {
		chars = withoutSeparators.Replace(chars) // it is one part of the value, and must not begin another
	}
	if strings.Trim(s, chars) != "" {
		return "", fmt.Errorf("%q cannot stand here in the calendar property %s: %s", clip(s), c.name, t.instead)
	}
	return s, nil
}

var withoutSeparators = strings.NewReplacer(";", "", "=", "", "/", "")

// text returns a value as it reads before it is escaped.
func (c *contentLine) text(v any) (string, error) {
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer && !r.IsNil() {
		r = r.Elem()
	}
	if !r.IsValid() {
		return "", errNoValue
	}
	switch v := r.Interface().(type) {
	case time.Time:
		return c.time(v)
	case time.Duration:
		return calendarDuration(v), nil
	case bool:
		return strings.ToUpper(strconv.FormatBool(v)), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil // RFC 5545 section 3.3.7 has no exponents
	}
	return stringOf(v)
}

// time returns a time in UTC, with TZID in the local time of that zone, and where
// a date is wanted as the date that it is in its own location (RFC 5545 sections
// 3.3.4 and 3.3.5).
func (c *contentLine) time(t time.Time) (string, error) {
	layout, zone := "20060102T150405Z", time.UTC
	switch {
	case c.kind == calendarDate:
		layout, zone = "20060102", t.Location()
	case c.zone != "" && c.state == calendarValue:
		var err error
		if zone, err = calendarZone(c.zone); err != nil {
			return "", err
		}
		layout = "20060102T150405"
	}
	in := t.In(zone)
	if t.IsZero() || in.Year() < 1 || in.Year() > 9999 {
		return "", fmt.Errorf("the time %s cannot stand in a calendar: write one of the years 1 to 9999 that is not zero", t)
	}
	return in.Format(layout), nil
}

func calendarZone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, fmt.Errorf("the time zone TZID=%s is not known here: leave TZID out, so that the time is written in UTC, or write the time with its method Format", clip(name))
	}
	return zone, nil
}

// calendarDuration returns a duration in hours, minutes and seconds, cut to whole
// seconds: a day would be longer or shorter than 24 hours where clocks change (RFC
// 5545 section 3.3.6).
func calendarDuration(d time.Duration) string {
	s, out := int64(d/time.Second), "PT"
	if s < 0 {
		s, out = -s, "-PT"
	}
	h, m := s/3600, s/60%60
	s %= 60
	if h > 0 {
		out += fmt.Sprintf("%dH", h)
	}
	if m > 0 || h > 0 && s > 0 { // no hours before seconds without minutes between them
		out += fmt.Sprintf("%dM", m)
	}
	if s > 0 || h == 0 && m == 0 {
		out += fmt.Sprintf("%dS", s)
	}
	return out
}
