package queue

import (
	"slices"
	"strings"
)

// The rules that every store's Search keeps are here, so that no two stores differ in
// them. A store of your own calls them too.

// Limit returns how many entries the page has at most.
func (p Page) Limit() int {
	if p.Size <= 0 {
		return 50
	}
	return min(p.Size, 500)
}

// Matches tells whether the filter matches a mail with these recipients and this
// Mail.Meta.
func (f *Filter) Matches(e *Entry, to []string, meta map[string]string) bool {
	for key, value := range f.Meta {
		if got, ok := meta[key]; !ok || got != value {
			return false
		}
	}
	return (f.IDs == nil || slices.Contains(f.IDs, e.ID)) &&
		(f.State == AnyState || f.State == e.State) &&
		(f.Lane == nil || *f.Lane == e.Lane) &&
		(f.Route == nil || *f.Route == e.Route) &&
		(f.Since.IsZero() || !e.Queued.Before(f.Since)) &&
		(f.Until.IsZero() || e.Queued.Before(f.Until)) &&
		(f.Transaction == "" || f.Transaction == e.Transaction) &&
		holds(e.From, f.From) && holds(e.Subject, f.Subject) && holds(e.Last, f.Last) &&
		(f.To == "" || slices.ContainsFunc(to, f.meetsTo)) &&
		!slices.ContainsFunc(f.Words, func(word string) bool { return !said(word, e, to) })
}

// meetsTo tells whether a recipient is one that To means: of that domain, where it
// begins with @.
func (f *Filter) meetsTo(to string) bool {
	if strings.HasPrefix(f.To, "@") {
		return strings.HasSuffix(lower(to), lower(f.To))
	}
	return holds(to, f.To)
}

// said tells whether a word stands in one of the texts in which Filter.Words does.
func said(word string, e *Entry, to []string) bool {
	return holds(e.From, word) || holds(e.Subject, word) ||
		slices.ContainsFunc(to, func(to string) bool { return holds(to, word) })
}

// holds tells whether part stands in text, ASCII letters being the same in
// either case.
func holds(text, part string) bool { return strings.Contains(lower(text), lower(part)) }

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
