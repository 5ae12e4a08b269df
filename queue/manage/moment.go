package manage

import (
	"fmt"
	"time"
)

// A moment is a time as pages show it.
type moment struct {
	Machine string // for the attribute datetime
	UTC     string
	Hint    string // how far from now
}

func when(t time.Time) moment {
	t = t.UTC()
	return moment{
		Machine: t.Format(time.RFC3339),
		UTC:     t.Format("2006-01-02 15:04:05 UTC"),
		Hint:    hint(time.Until(t)),
	}
}

// hint tells in one number how far away something is: "in 4 min", "3 h ago".
func hint(away time.Duration) string {
	switch {
	case away.Abs() < time.Second:
		return "now"
	case away < 0:
		return span(away) + " ago"
	}
	return "in " + span(away)
}

// span tells in one number how long something is: "4 min".
func span(d time.Duration) string {
	d = d.Abs()
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}
