package sqlite

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// A conditions is a WHERE clause that grows.
type conditions struct {
	terms []string
	args  []any
}

func (c *conditions) add(term string, args ...any) {
	c.terms = append(c.terms, term)
	c.args = append(c.args, args...)
}

// condition returns the SQL for what the filter matches. It looks at no more
// than mailhost_mail_list holds, unless the filter asks for it.
func condition(filter queue.Filter, now int64) (where string, args []any) {
	c := &conditions{terms: []string{"true"}}
	c.state(filter.State, now)
	if filter.IDs != nil {
		list, _ := json.Marshal(filter.IDs) // strings
		c.add("id IN (SELECT value FROM json_each(?))", string(list))
	}
	if filter.Lane != nil {
		c.add("lane = ?", slices.Index(queue.Lanes[:], *filter.Lane))
	}
	if filter.Route != nil {
		c.add("route = ?", *filter.Route)
	}
	if !filter.Since.IsZero() {
		c.add("queued >= ?", instant(filter.Since))
	}
	if !filter.Until.IsZero() {
		c.add("queued < ?", instant(filter.Until))
	}
	if filter.Transaction != "" {
		c.add("transaction_id <> '' AND transaction_id = ?", filter.Transaction) // the index needs the first
	}
	c.words(filter)
	return strings.Join(c.terms, " AND "), c.args
}

// instant returns the first microsecond that is not before t, or the last or first of
// all where t is beyond.
func instant(t time.Time) int64 {
	switch {
	case t.Year() > 9999:
		return math.MaxInt64
	case t.Year() < 0:
		return math.MinInt64
	}
	return t.Add(time.Microsecond - 1).UnixMicro()
}

func (c *conditions) state(state queue.State, now int64) {
	switch state {
	case queue.AnyState:
	case queue.Outgoing:
		c.add("state = 1 AND (leased OR due <= ?)", now)
	case queue.Deferred:
		c.add("state = 1 AND NOT leased AND due > ?", now)
	default:
		c.add("state = ?", state)
	}
}

const recipientHolds = "EXISTS (SELECT 1 FROM mailhost_recipient WHERE mail = seq AND instr(lower(address), lower(?)) > 0)"

// recipientEnds compares as many bytes as the text has.
const recipientEnds = `EXISTS (SELECT 1 FROM mailhost_recipient WHERE mail = seq
	AND substr(CAST(lower(address) AS BLOB), -?) = CAST(lower(?) AS BLOB))`

// words adds what looks into texts. SQLite's lower knows ASCII only, as a Filter
// wants it.
func (c *conditions) words(filter queue.Filter) {
	for _, word := range filter.Words {
		c.add("(instr(lower(sender), lower(?)) > 0 OR instr(lower(subject), lower(?)) > 0 OR "+recipientHolds+")", word, word, word)
	}
	for _, part := range []struct{ term, text string }{
		{"instr(lower(sender), lower(?)) > 0", filter.From},
		{"instr(lower(subject), lower(?)) > 0", filter.Subject},
		{"instr(lower(last), lower(?)) > 0", filter.Last},
	} {
		if part.text != "" {
			c.add(part.term, part.text)
		}
	}
	switch {
	case strings.HasPrefix(filter.To, "@"):
		c.add(recipientEnds, len(filter.To), filter.To)
	case filter.To != "":
		c.add(recipientHolds, filter.To)
	}
	for key, value := range filter.Meta {
		c.add(`EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(meta) THEN meta ELSE '{}' END) AS pair
			WHERE pair.key = ? AND pair.value = ?)`, key, value)
	}
}
