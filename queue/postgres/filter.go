package postgres

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/go-mailhost/mailhost/queue"
)

// A condition is a query's WHERE and its arguments. It is about the tables
// mailhost.mail, named m, and clock.
type condition struct {
	parts []string
	args  pgx.NamedArgs
	fence string // ends subqueries, which the planner leaves as they are then
}

// and adds a part, in which ? stands for the value.
func (c *condition) and(part string, value any) {
	name := fmt.Sprintf("p%d", len(c.parts))
	c.parts = append(c.parts, strings.ReplaceAll(part, "?", "@"+name))
	c.args[name] = value
}

func (c *condition) String() string { return strings.Join(c.parts, " AND ") }

// matching is what the filter matches.
func matching(f queue.Filter) *condition { return (&condition{}).matching(f) }

// matchingFew is matching where few mails are looked at: their recipients are looked up
// for each, and not joined, for which all recipients might be read.
func matchingFew(f queue.Filter) *condition { return (&condition{fence: " OFFSET 0"}).matching(f) }

func (c *condition) matching(f queue.Filter) *condition {
	c.args, c.parts = pgx.NamedArgs{}, []string{"true"}
	switch f.State {
	case queue.AnyState:
	case queue.Outgoing:
		c.parts = append(c.parts, "m.state = 1 AND (m.leased OR m.due <= clock.now)")
	case queue.Deferred:
		c.parts = append(c.parts, "m.state = 1 AND NOT m.leased AND m.due > clock.now")
	default:
		c.parts = append(c.parts, fmt.Sprintf("m.state = %d", f.State)) // the planner must see it to use an index
	}
	if f.IDs != nil {
		c.and("m.id = ANY (?::text[])", texts(f.IDs))
	}
	if f.Lane != nil {
		c.and("m.lane = ?::int", slices.Index(queue.Lanes[:], *f.Lane))
	}
	if f.Route != nil {
		c.and("m.route = ?::text", text(*f.Route))
	}
	if f.Transaction != "" {
		c.and("m.transaction <> '' AND m.transaction = ?::text", text(f.Transaction)) // the index needs the first
	}
	c.andWords(f)
	if !f.Since.IsZero() {
		c.and("m.queued >= ?::timestamptz", instant(f.Since))
	}
	if !f.Until.IsZero() {
		c.and("m.queued < ?::timestamptz", instant(f.Until))
	}
	return c
}

// instant returns the first microsecond that is not before t, or what is before or
// after all times where t is beyond.
func instant(t time.Time) pgtype.Timestamptz {
	switch {
	case t.Year() > 9999:
		return pgtype.Timestamptz{Valid: true, InfinityModifier: pgtype.Infinity}
	case t.Year() < 0:
		return pgtype.Timestamptz{Valid: true, InfinityModifier: pgtype.NegativeInfinity}
	}
	return pgtype.Timestamptz{Valid: true, Time: t.Add(time.Microsecond - 1).Truncate(time.Microsecond)}
}

// holds finds text: with the collation C, lower is about ASCII letters only.
const holds = `strpos(lower(%s), lower(?::text COLLATE "C")) > 0`

const ends = `right(lower(%s), length(?::text)) = lower(?::text COLLATE "C")`

// somebody tells whether a recipient's address meets a condition.
func (c *condition) somebody(condition string) string {
	return "EXISTS (SELECT FROM mailhost.recipient WHERE mail = m.id AND " + fmt.Sprintf(condition, "address") + c.fence + ")"
}

func (c *condition) andWords(f queue.Filter) {
	for _, word := range f.Words {
		c.and("("+fmt.Sprintf(holds, "m.sender")+" OR "+fmt.Sprintf(holds, "m.subject")+" OR "+c.somebody(holds)+")", text(word))
	}
	for column, words := range map[string]string{"m.sender": f.From, "m.subject": f.Subject, "m.last": f.Last} {
		if words != "" {
			c.and(fmt.Sprintf(holds, column), text(words))
		}
	}
	switch {
	case strings.HasPrefix(f.To, "@"):
		c.and(c.somebody(ends), text(f.To))
	case f.To != "":
		c.and(c.somebody(holds), text(f.To))
	}
	if meta, err := encodeMeta(f.Meta); err == nil && meta != nil {
		c.and("m.meta @> ?::jsonb", string(meta))
	}
}
