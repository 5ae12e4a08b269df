package queue

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

var errQueryTime = errors.New("is no time: use a span such as 2h, 3d or 1w, a date such as 2026-11-25, or 2026-11-25T14:00")

// queryTimes are the forms of times, those without an offset being of the parser's
// location.
var queryTimes = []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", time.RFC3339}

// time returns the time that a value says, or lies a span of time ago.
func (p *queryParser) time(value string) (time.Time, error) {
	t, ok := parseMoment(value, p.now)
	if !ok {
		return t, errQueryTime
	}
	if year := t.UTC().Year(); year < 1970 || year > 9999 {
		return t, errors.New("is not between the years 1970 and 9999: leave it out")
	}
	return t, nil
}

func parseMoment(value string, now time.Time) (time.Time, bool) {
	if span, ok := parseSpan(value); ok {
		return now.Add(-span).Round(0), true // without its monotonic clock
	}
	for _, form := range queryTimes {
		if t, err := time.ParseInLocation(form, value, now.Location()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// spanUnits are the units of spans of time.
var spanUnits = map[byte]time.Duration{'w': 7 * day, 'd': day, 'h': time.Hour, 'm': time.Minute, 's': time.Second}

// longestSpan keeps spans from overflowing. It is before 1970 in any case.
const longestSpan = 36_500 * day

// parseSpan reads numbers with units: 1d12h.
func parseSpan(s string) (span time.Duration, ok bool) {
	for ok = s != ""; ok && s != ""; {
		i := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if i <= 0 {
			return 0, false
		}
		number, err := strconv.ParseFloat(s[:i], 64)
		unit, known := spanUnits[s[i]]
		part := number * float64(unit)
		ok = err == nil && known && part <= float64(longestSpan-span)
		span += time.Duration(min(part, float64(longestSpan)))
		s = s[i+1:]
	}
	return span, ok
}

// ParseWhen reads when something is to be done: a span of time from now on (2h, 1d12h,
// 0s), or a time as [ParseFilter] reads it after before:.
func ParseWhen(text string, now time.Time) (time.Time, error) {
	when, ok := parseMoment(text, now)
	if span, isSpan := parseSpan(text); isSpan {
		when = now.Add(span).Round(0)
	}
	if !ok {
		return time.Time{}, fmt.Errorf("queue: %q %w", text, errQueryTime)
	}
	return when, nil
}
