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
	span := away.Abs()
	if span < time.Second {
		return "now"
	}
	text := ""
	switch {
	case span < time.Minute:
		text = fmt.Sprintf("%d s", span/time.Second)
	case span < time.Hour:
		text = fmt.Sprintf("%d min", span/time.Minute)
	case span < 48*time.Hour:
		text = fmt.Sprintf("%d h", span/time.Hour)
	default:
		text = fmt.Sprintf("%d days", span/(24*time.Hour))
	}
	if away < 0 {
		return text + " ago"
	}
	return "in " + text
}
