package manage

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

func parse(text string, _ time.Time) (f queue.Filter, err error) {
	for _, word := range strings.Fields(text) {
		key, value, _ := strings.Cut(word, ":")
		switch key {
		case "to":
			f.To = value
		case "subject":
			f.Subject = value
		case "id":
			f.IDs = strings.Split(value, ",")
		case "route":
			f.Route = &value
		case "state":
			if f.State, err = queue.ParseState(value); err != nil {
				return f, err
			}
		case "before":
			if f.Until, err = time.Parse(time.RFC3339Nano, value); err != nil {
				return f, err
			}
		case "all":
			f.All = true
		default:
			return f, fmt.Errorf("unknown word %q: use to:, subject:, state: or before:", word)
		}
	}
	return f, nil
}

func searchOf(f queue.Filter) string {
	var words []string
	if f.To != "" {
		words = append(words, "to:"+f.To)
	}
	if f.Subject != "" {
		words = append(words, "subject:"+f.Subject)
	}
	if f.State != queue.AnyState {
		words = append(words, "state:"+f.State.String())
	}
	if f.Route != nil {
		words = append(words, "route:"+*f.Route)
	}
	if !f.Until.IsZero() {
		words = append(words, "before:"+f.Until.Format(time.RFC3339Nano))
	}
	if f.All {
		words = append(words, "all")
	}
	return strings.Join(words, " ")
}
