package queue

import (
	"fmt"
	"strings"
	"time"
)

// A query is at most so long, in bytes and in words.
const (
	maxQuery      = 1000
	maxQueryWords = 50
)

// ParseFilter reads a query: words with blanks between them, which a mail must
// meet all.
//
//	ann                 a word: stands in a recipient, the reverse-path or the subject
//	to:ann@             in a recipient; to:@example.com is all of that domain
//	from:shop@          in the reverse-path
//	subject:order       in the subject
//	reply:full          in the last words about the mail, of a relay or of the queue
//	id:…                has this id, or one of several: id:…,…
//	state:failed        stands in this queue: outgoing, deferred, held, failed, uncertain or sent
//	lane:bulk           is in this lane: immediate, normal or bulk
//	route:eu            goes by this route; route:"" is the default one
//	meta.order:7        has exactly this value under this key of Mail.Meta
//	transaction:…       was committed together with others, under this Mail.Transaction
//	before:2h           was committed longer ago than that
//	after:2d            was committed within that time
//	all                 says that all mail is meant, to change it; it is no condition
//
// Text is found anywhere in its field, with ASCII letters in either case. Quotes
// keep blanks together, and take their meaning from other characters:
// subject:"two words", or "re:" as a word; \" in quotes is a quote, and \\ is a
// backslash. A word that is a whole id is taken for one, without id:. Each field
// can be given once; ids and words add up.
//
// Spans of time are numbers with a unit: w, d, h, m or s (1d12h). Instead of one,
// before: and after: take a date (2026-11-25), a date and time
// (2026-11-25T14:00), both in the location of now, or RFC 3339 with its offset.
//
// A query of more than 1,000 bytes or 50 words is an error. The error says which
// word is wrong and what to write instead. The empty query is the zero Filter.
func ParseFilter(query string, now time.Time) (Filter, error) {
	if len(query) > maxQuery {
		return Filter{}, fmt.Errorf("queue: the query has %d bytes: use at most %d", len(query), maxQuery)
	}
	words, err := splitQuery(query)
	if err != nil {
		return Filter{}, err
	}
	if len(words) > maxQueryWords {
		return Filter{}, fmt.Errorf("queue: the query has %d words: use at most %d", len(words), maxQueryWords)
	}
	p := queryParser{now: now, seen: map[string]bool{}}
	for _, word := range words {
		if err := p.add(word); err != nil {
			return Filter{}, fmt.Errorf("queue: in the query, %w", err)
		}
	}
	return p.filter, nil
}

// A queryParser is a filter that grows by one word after the other.
type queryParser struct {
	filter Filter
	now    time.Time
	seen   map[string]bool // fields that were given
}

func (p *queryParser) add(word queryWord) error {
	name, value, ok := word.field()
	switch {
	case ok:
		return p.addField(word, name, value)
	case !word.quoted() && strings.EqualFold(word.text, "all"):
		p.filter.All = true
	case !word.quoted() && isID(word.text):
		p.filter.IDs = append(p.filter.IDs, word.text)
	case word.text == "":
		return fmt.Errorf(`there is nothing in "": leave it out`)
	default:
		p.filter.Words = append(p.filter.Words, word.text)
	}
	return nil
}

func (p *queryParser) addField(word queryWord, name string, value queryWord) error {
	prefix, key, isMeta := strings.Cut(name, ".")
	if isMeta = isMeta && lower(prefix) == "meta"; isMeta {
		name = "meta." + key
	} else {
		name = lower(name)
	}
	read, known := queryFields[name]
	switch {
	case !known && !isMeta:
		return fmt.Errorf("no field is named %q: use %s, or quotes to find the words: %q", name, queryFieldNames, word.text)
	case p.seen[name]:
		return fmt.Errorf("%s: is given twice: give it once", name)
	case value.text == "" && !value.quoted():
		return fmt.Errorf("nothing follows %s:, write it without a blank: %s:%s", name, name, queryExample(name))
	}
	p.seen[name] = name != "id"
	if isMeta {
		if p.filter.Meta == nil {
			p.filter.Meta = map[string]string{}
		}
		p.filter.Meta[key] = value.text
		return nil
	}
	if err := read(p, value); err != nil {
		return fmt.Errorf("%s:%q %w", name, value.text, err)
	}
	return nil
}
