package tag

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// A plan says when and how a mail is to be sent, as its words did.
type plan struct {
	lane    queue.Lane
	after   *time.Duration // from now; nil: not said
	at      time.Time      // zero: not said
	within  time.Duration  // it expires so long after it may be sent; 0: not said
	expires time.Time      // zero: not said
	key     string
	once    bool
	route   string
	meta    map[string]string
}

// times returns when a mail may be sent and when it expires; zero where the queue
// is to say. A time that was said and has passed is now, also in the lane of "defer", for
// which the queue would find a later one.
func (p *plan) times(now time.Time) (notBefore, expires time.Time, err error) {
	due := now
	switch {
	case p.after != nil:
		due = now.Add(*p.after)
	case p.at.After(now):
		due = p.at
	}
	said := p.after != nil || !p.at.IsZero()
	if due.After(now) || said && p.lane == queue.Bulk {
		notBefore = due
	}
	if expires = p.expires; p.within > 0 {
		expires = due.Add(p.within)
	}
	if !expires.IsZero() && !expires.After(due) {
		return due, expires, fmt.Errorf("the mail expires at %s, before it may be sent at %s", expires.Format(time.RFC3339), due.Format(time.RFC3339))
	}
	return notBefore, expires, nil
}

func (d *draft) setImmediate(string, any) error { d.lane = queue.Immediate; return nil }

func (d *draft) setDefer(string, any) error { d.lane = queue.Bulk; return nil }

func (d *draft) setAfter(_ string, v any) error {
	after, err := delayOf(v)
	d.after = &after
	return err
}

func (d *draft) setAt(_ string, v any) (err error) {
	d.at, err = timeOf(v)
	return err
}

// setExpires takes a duration or a time.
func (d *draft) setExpires(_ string, v any) (err error) {
	v = pointedTo(v)
	if s, ok := v.(string); ok {
		if v, err = parseExpiry(s); err != nil {
			return err
		}
	}
	if t, ok := v.(time.Time); ok {
		d.expires, err = timeOf(t)
		return err
	}
	if d.within, err = delayOf(v); err == nil && d.within == 0 {
		err = errors.New("the mail expires at once")
	}
	return err
}

// pointedTo returns what a pointer points to, nil for a nil one, and a value of a
// string type as a string.
func pointedTo(v any) any {
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer && !r.IsNil() {
		r = r.Elem()
	}
	switch r.Kind() {
	case reflect.Invalid, reflect.Pointer:
		return nil
	case reflect.String:
		return r.String()
	}
	return r.Interface()
}

// delayOf returns a duration. text/template passes a nil as an untyped one.
func delayOf(v any) (time.Duration, error) {
	switch v := pointedTo(v).(type) {
	case time.Duration:
		if v < 0 {
			return 0, fmt.Errorf("a duration cannot be negative: %s", v)
		}
		return v, nil
	case string:
		return parseDelay(v)
	case nil:
		return 0, errNoValue
	}
	return 0, fmt.Errorf("a value of type %T is no duration: use a time.Duration or a string such as \"90m\"", v)
}

func parseDelay(s string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(s))
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is no duration", clip(s))
	}
	return d, nil
}

// maxYear is the last year that RFC 3339 and JSON can write.
const maxYear = 9999

func checkYear(t time.Time) error {
	if t.Year() > maxYear {
		return fmt.Errorf("the time is in the year %d: use one up to %d", t.Year(), maxYear)
	}
	return nil
}

// timeOf returns a moment.
func timeOf(v any) (time.Time, error) {
	switch v := pointedTo(v).(type) {
	case time.Time:
		if v.IsZero() {
			return v, errors.New("the time is zero")
		}
		return v, checkYear(v)
	case string:
		return parseTime(v)
	case nil:
		return time.Time{}, errNoValue
	}
	return time.Time{}, fmt.Errorf("a value of type %T is no time: use a time.Time or a string such as \"2027-01-31T08:00:00+01:00\"", v)
}

// parseTime reads a time with its zone (RFC 3339).
func parseTime(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	t, err := time.Parse(time.RFC3339, s)
	if err == nil {
		return t, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if _, err := time.Parse(layout, s); err == nil {
			return t, fmt.Errorf("%q is a time without its zone", s)
		}
	}
	return t, fmt.Errorf("%q is no time", clip(s))
}

// parseExpiry reads a duration or a time.
func parseExpiry(s string) (any, error) {
	if d, err := parseDelay(s); err == nil {
		return d, nil
	}
	t, err := parseTime(s)
	if err != nil && !strings.Contains(err.Error(), "zone") {
		err = fmt.Errorf("%q is neither a duration nor a time", clip(s))
	}
	return t, err
}

func checkDelay(s string) error {
	_, err := parseDelay(s)
	return err
}

func checkTime(s string) error {
	_, err := parseTime(s)
	return err
}

func checkExpiry(s string) error {
	return new(draft).setExpires("", s)
}
