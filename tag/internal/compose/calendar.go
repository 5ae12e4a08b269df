package compose

import (
	"fmt"
	"strings"
)

// maxCalendarLine is the longest content line of a calendar in octets, without its
// CRLF (RFC 5545 section 3.1).
const maxCalendarLine = 75

// foldCalendar folds the long lines of a calendar, between characters. The space
// that begins a continuation counts.
func foldCalendar(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\r\n")
		head, rest := cutRunes(line, maxCalendarLine)
		for b.WriteString(head); rest != ""; b.WriteString(head) {
			b.WriteString("\r\n ")
			head, rest = cutRunes(rest, maxCalendarLine-1)
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

var calendarUnfolder = strings.NewReplacer("\r\n ", "", "\r\n\t", "")

// calendarMethod returns the METHOD of a calendar, which its part's type must repeat
// (RFC 6047 section 2.4), or "" where there is none. It is a property of the
// calendar itself (RFC 5545 section 3.7.2), so a line of that name within an event
// does not count.
func calendarMethod(text string) (string, error) {
	depth := 0
	for line := range strings.SplitSeq(calendarUnfolder.Replace(text), "\r\n") {
		name, value := cutProperty(line)
		switch {
		case name == "BEGIN":
			depth++
		case name == "END":
			depth--
		case name == "METHOD" && depth == 1:
			return checkMethod(value)
		}
	}
	return "", nil
}

// cutProperty returns the name of a content line, in upper case and without its
// parameters, and its value.
func cutProperty(line string) (name, value string) {
	name, value, _ = strings.Cut(line, ":")
	name, _, _ = strings.Cut(name, ";")
	return strings.ToUpper(name), value
}

// checkMethod holds a method to the iana-token of RFC 5545 section 3.1.
func checkMethod(s string) (string, error) {
	s = strings.TrimSpace(s)
	valid := s != "" && len(s) <= 40
	for _, b := range []byte(s) {
		valid = valid && (isAlphanumeric(b) || b == '-')
	}
	if !valid {
		return "", fmt.Errorf("the calendar's METHOD is %q: write one word, such as REQUEST, CANCEL or PUBLISH", clip(s))
	}
	return strings.ToUpper(s), nil
}
