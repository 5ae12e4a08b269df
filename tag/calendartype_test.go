package tag

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCalendarStructuredValues(t *testing.T) {
	runCalendarTests(t, map[string]calendarTest{
		"a date-time":          {text: "DTSTART:{{.}}", value: "20260102T150405Z", want: "DTSTART:20260102T150405Z"},
		"in its parts":         {text: "DTSTART:{{.}}T000000Z", value: "20260102", want: "DTSTART:20260102T000000Z"},
		"no date-time":         {text: "DTSTART:{{.}}", value: "2026-01-02", err: "property DTSTART: write a time.Time"},
		"a property":           {text: "DTEND:{{.}}", value: "20260102\r\nX:y", err: "property DTEND"},
		"not a list":           {text: "DTEND:{{.}}", value: "20260102,20260103", err: "property DTEND"},
		"VALUE=DATE":           {text: "DTSTART;VALUE=DATE:{{.}}", value: "20260102T150405Z", err: "like 20060102"},
		"a rule":               {text: "RRULE:{{.}}", value: "FREQ=WEEKLY;BYDAY=MO,-1TU", want: "RRULE:FREQ=WEEKLY;BYDAY=MO,-1TU"},
		"a rule's part":        {text: "RRULE:FREQ=WEEKLY;BYDAY={{.}}", value: "MO,TU", want: "RRULE:FREQ=WEEKLY;BYDAY=MO,TU"},
		"a second part":        {text: "RRULE:FREQ={{.}}", value: "DAILY;COUNT=9", err: "property RRULE"},
		"no rule":              {text: "RRULE:{{.}}", value: "every week", err: "like FREQ=WEEKLY"},
		"a list of dates":      {text: "EXDATE:{{.}}", value: "20260102T150405Z,20260103T150405Z", want: "EXDATE:20260102T150405Z,20260103T150405Z"},
		"a list of times":      {text: "EXDATE;VALUE=DATE:{{.}}", value: []time.Time{time.Unix(0, 0).UTC(), time.Unix(86400, 0).UTC()}, want: "EXDATE;VALUE=DATE:19700101,19700102"},
		"a list with a break":  {text: "RDATE:{{.}}", value: []string{"20260102T150405Z", "\nX:y"}, err: "property RDATE"},
		"a period":             {text: "FREEBUSY:{{.}}", value: "20260102T150405Z/PT1H", want: "FREEBUSY:20260102T150405Z/PT1H"},
		"VALUE=PERIOD":         {text: "RDATE;VALUE=PERIOD:{{.}}/{{.}}", value: "20260102T150405Z", want: "RDATE;VALUE=PERIOD:20260102T150405Z/20260102T150405Z"},
		"a duration":           {text: "TRIGGER:{{.}}", value: "-PT15M", want: "TRIGGER:-PT15M"},
		"a time for one":       {text: "TRIGGER:{{.}}", value: time.Unix(0, 0), want: "", err: "property TRIGGER: write a time.Duration"},
		"VALUE=DATE-TIME":      {text: "TRIGGER;VALUE=DATE-TIME:{{.}}", value: time.Unix(0, 0), want: "TRIGGER;VALUE=DATE-TIME:19700101T000000Z"},
		"a duration for a day": {text: "DTEND:{{.}}", value: time.Hour, err: "property DTEND"},
		"GEO":                  {text: "GEO:{{.}};{{.}}", value: -5e-5, want: "GEO:-0.00005;-0.00005"},
		"GEO, whole":           {text: "GEO:{{.}}", value: "37.38;-122.08", want: "GEO:37.38;-122.08"},
		"GEO, three":           {text: "GEO:1;{{.}}", value: "2;3", err: "latitude;longitude"},
		"SEQUENCE":             {text: "SEQUENCE:{{.}}", value: 3, want: "SEQUENCE:3"},
		"PRIORITY":             {text: "PRIORITY:{{.}}", value: "high", err: "whole number"},
		"STATUS":               {text: "STATUS:{{.}}", value: "IN-PROCESS", want: "STATUS:IN-PROCESS"},
		"METHOD":               {text: "METHOD:{{.}}", value: "REQUEST\nX:y", err: "property METHOD"},
		"TZOFFSETTO":           {text: "TZOFFSETTO:{{.}}", value: "+0100", want: "TZOFFSETTO:+0100"},
		"VALUE=BINARY":         {text: "ATTACH;ENCODING=BASE64;VALUE=BINARY:YWI{{.}}", value: "/+8=", want: "ATTACH;ENCODING=BASE64;VALUE=BINARY:YWI/+8="},
		"VALUE=BOOLEAN":        {text: "X-A;VALUE=BOOLEAN:{{.}}", value: false, want: "X-A;VALUE=BOOLEAN:FALSE"},
		"VALUE=TIME":           {text: "X-A;VALUE=TIME:{{.}}", value: "15:04", err: "like 150405"},
	})
}

// Every property and every type is spelled as RFC 5545 spells names, and every
// type of a property is one that is known.
func TestCalendarTypesAreKnown(t *testing.T) {
	for name, kind := range calendarTypeOf {
		require.Regexp(t, "^[A-Z-]+$", name)
		if kind != calendarURI && kind != calendarAddress {
			require.Contains(t, calendarTypes, kind)
		}
	}
	for kind, c := range calendarTypes {
		require.NotContains(t, c.chars, "\n", kind)
		require.NotEmpty(t, c.instead, kind)
	}
}

func TestCalendarTimes(t *testing.T) {
	late := time.Date(2026, 7, 2, 0, 30, 5, 9e8, berlin) // 23:30 of the day before in UTC
	runCalendarTests(t, map[string]calendarTest{
		"UTC":                    {text: "DTSTART:{{.}}", value: late, want: "DTSTART:20260701T233005Z"},
		"a pointer":              {text: "DTSTART:{{.}}", value: &late, want: "DTSTART:20260701T233005Z"},
		"a date":                 {text: "DTSTART;VALUE=DATE:{{.}}", value: late, want: "DTSTART;VALUE=DATE:20260702"},
		"a date with TZID":       {text: "DTSTART;TZID=Asia/Tokyo;VALUE=DATE:{{.}}", value: late, want: "DTSTART;TZID=Asia/Tokyo;VALUE=DATE:20260702"},
		"TZID":                   {text: "DTSTART;TZID=Europe/Berlin:{{.}}", value: late, want: "DTSTART;TZID=Europe/Berlin:20260702T013005"},
		"TZID in quotes":         {text: `DTSTART;TZID="Asia/Tokyo":{{.}}`, value: late, want: `DTSTART;TZID="Asia/Tokyo":20260702T083005`},
		"TZID that is none":      {text: "DTSTART;TZID=Mars/Base:{{.}}", value: late, err: "TZID=Mars/Base is not known"},
		"TZID=Local":             {text: "DTSTART;TZID=Local:{{.}}", value: late, err: "TZID=Local is not known"},
		"TZID of a path":         {text: "DTSTART;TZID=../../etc/passwd:{{.}}", value: late, err: "is not known"},
		"TZID of another line":   {text: "DTSTART;TZID=Asia/Tokyo:x\nDTEND:{{.}}", value: late, want: "DTSTART;TZID=Asia/Tokyo:x\nDTEND:20260701T233005Z"},
		"UNTIL":                  {text: "RRULE:FREQ=DAILY;UNTIL={{.}}", value: late, want: "RRULE:FREQ=DAILY;UNTIL=20260701T233005Z"},
		"X-":                     {text: "X-A:{{.}}", value: late, want: "X-A:20260701T233005Z"},
		"in a parameter":         {text: "X-A;TZID=Asia/Tokyo;X-B={{.}}:c", value: late, want: "X-A;TZID=Asia/Tokyo;X-B=20260701T233005Z:c"},
		"no time":                {text: "DTSTART:{{.}}", value: time.Time{}, err: "one of the years 1 to 9999"},
		"far":                    {text: "DTSTART:{{.}}", value: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), err: "one of the years 1 to 9999"},
		"a type with text of it": {text: "SUMMARY:{{.}}", value: struct{ A string }{"a,b"}, want: `SUMMARY:{a\,b}`},
	})
}

func TestCalendarDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                            "PT0S",
		999 * time.Millisecond:       "PT0S",
		-time.Second:                 "-PT1S",
		15 * time.Minute:             "PT15M",
		-15 * time.Minute:            "-PT15M",
		90 * time.Second:             "PT1M30S",
		time.Hour:                    "PT1H",
		time.Hour + time.Minute:      "PT1H1M",
		time.Hour + 5*time.Second:    "PT1H0M5S", // RFC 5545 section 3.3.6: no dur-hour before a dur-second
		48 * time.Hour:               "PT48H",
		time.Duration(math.MinInt64): "-PT2562047H47M16S",
	} {
		got, err := fill("DURATION:{{.}}", d)
		require.NoError(t, err)
		require.Equal(t, "DURATION:"+want, got)
	}
}
