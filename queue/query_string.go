package queue

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// String returns the filter as a query that [ParseFilter] reads as the same filter,
// where it is short enough, at whatever time: its times are absolute. The zero
// Filter is "".
func (f Filter) String() string {
	var words []string
	add := func(name, value string) { words = append(words, name+value) }
	text := func(name, value string) {
		if value != "" {
			add(name, quoteQuery(value, ""))
		}
	}
	if f.All {
		add("all", "")
	}
	if f.IDs != nil {
		add("id:", idList(f.IDs))
	}
	if f.State != AnyState {
		add("state:", f.State.String())
	}
	if f.Lane != nil {
		add("lane:", f.Lane.String())
	}
	if f.Route != nil {
		add("route:", quoteQuery(*f.Route, ""))
	}
	text("to:", f.To)
	text("from:", f.From)
	text("subject:", f.Subject)
	text("reply:", f.Last)
	text("transaction:", f.Transaction)
	for _, key := range slices.Sorted(maps.Keys(f.Meta)) {
		add("meta."+metaKey(key)+":", quoteQuery(f.Meta[key], ""))
	}
	text("after:", queryTime(f.Since))
	text("before:", queryTime(f.Until))
	for _, word := range f.Words {
		add("", bareWord(word))
	}
	return strings.Join(words, " ")
}

func idList(ids []string) string {
	var list []string
	for _, id := range ids {
		if id != "" { // which no mail has
			list = append(list, quoteQuery(id, ","))
		}
	}
	if list == nil {
		return `""`
	}
	return strings.Join(list, ",")
}

// metaKey leaves the empty key empty, which needs no quotes.
func metaKey(key string) string {
	if key == "" {
		return ""
	}
	return quoteQuery(key, ":")
}

func queryTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// bareWord returns a word that is not taken for an id, a field or all.
func bareWord(word string) string {
	if isID(word) || strings.EqualFold(word, "all") {
		return `"` + word + `"`
	}
	return quoteQuery(word, ":")
}
