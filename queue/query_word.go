package queue

import (
	"fmt"
	"strings"
	"unicode"
)

// A queryWord is one word of a query. Its shape is its text with quoteMark in the
// place of each byte that was quoted, so that what quotes take the meaning from is
// not found in it.
type queryWord struct {
	text  string
	shape string
	empty bool // it has quotes with nothing between them
}

// quoteMark stands in a shape for what was quoted. It has no meaning in a query.
const quoteMark = '"'

// quoted tells whether a part of the word was quoted.
func (w queryWord) quoted() bool { return w.empty || strings.IndexByte(w.shape, quoteMark) >= 0 }

// field returns what stands before and after the word's first colon, false where
// there is none or nothing before it.
func (w queryWord) field() (name string, value queryWord, ok bool) {
	i := strings.IndexByte(w.shape, ':')
	if i <= 0 {
		return "", queryWord{}, false
	}
	return w.text[:i], queryWord{text: w.text[i+1:], shape: w.shape[i+1:], empty: w.empty}, true
}

// split returns the parts of the word between separators that are not quoted.
func (w queryWord) split(separator byte) (parts []string) {
	text, shape := w.text, w.shape
	for {
		i := strings.IndexByte(shape, separator)
		if i < 0 {
			return append(parts, text)
		}
		parts = append(parts, text[:i])
		text, shape = text[i+1:], shape[i+1:]
	}
}

// splitQuery returns the words of a query.
func splitQuery(query string) (words []queryWord, err error) {
	for {
		query = strings.TrimLeftFunc(query, unicode.IsSpace)
		if query == "" {
			return words, nil
		}
		word, rest, err := cutQueryWord(query)
		if err != nil {
			return nil, err
		}
		words, query = append(words, word), rest
	}
}

// cutQueryWord returns the first word of a query that does not begin with a blank,
// and what follows it.
func cutQueryWord(query string) (word queryWord, rest string, err error) {
	var text, shape strings.Builder
	for i, from := 0, 0; ; {
		i = strings.IndexFunc(query[from:], func(r rune) bool { return r == '"' || unicode.IsSpace(r) })
		if i < 0 {
			i = len(query) - from
		}
		text.WriteString(query[from : from+i])
		shape.WriteString(query[from : from+i])
		from += i
		if from == len(query) || query[from] != '"' {
			word.text, word.shape = text.String(), shape.String()
			return word, query[from:], nil
		}
		part, n := unquoteQuery(query[from:])
		if n == 0 {
			return word, "", fmt.Errorf(`queue: a quote is not closed in the query, from %q on: end it with ", or write "\"" to find a quote`, query[from:])
		}
		word.empty = word.empty || part == ""
		text.WriteString(part)
		shape.WriteString(strings.Repeat(string(quoteMark), len(part)))
		from += n
	}
}

// unquoteQuery returns the text of the quotes that s begins with, and how long they
// are; 0 where they do not end.
func unquoteQuery(s string) (text string, n int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), i + 1
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", 0
}

// quoteQuery returns text as it is written in a query: in quotes where it is empty,
// or has a blank, a quote or one of the other characters that mean something there.
func quoteQuery(text, meaning string) string {
	if text != "" && !strings.ContainsFunc(text, unicode.IsSpace) && !strings.ContainsAny(text, `"`+meaning) {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}
