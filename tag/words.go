package tag

import (
	"fmt"
	"github.com/go-mailhost/mailhost/tag/internal/compose"
	"strconv"
	"strings"
	"text/template/parse"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// The words after sendmail. Words are literals, so that mistakes in them are
// found when the templates are parsed.
const (
	wordImmediate = "immediate"
	wordDefer     = "defer"
	wordAfter     = "after"
	wordText      = "text"
)

// wordHeaders gives the header that a word stands for.
var wordHeaders = map[string]string{
	"from": "From", "to": "To", "cc": "Cc", "bcc": "Bcc", "reply-to": "Reply-To", "subject": "Subject",
}

const allWords = `"immediate", "defer", "after", "to", "cc", "bcc", "from", "reply-to", "subject" or "text"`

// words are what stands behind sendmail.
type words struct {
	lane   queue.Lane
	valued []valuedWord
}

// A valuedWord is a word that is followed by a value.
type valuedWord struct {
	word  string
	value parse.Node
}

func (w *words) has(word string) bool {
	for _, v := range w.valued {
		if v.word == word {
			return true
		}
	}
	return false
}

// headers returns the headers that the words stand for.
func (w *words) headers() map[string]bool {
	given := map[string]bool{}
	for _, v := range w.valued {
		given[wordHeaders[v.word]] = true
	}
	return given
}

// words reads the arguments of sendmail.
func (l *lifter) words(args []parse.Node) words {
	var w words
	for len(args) > 0 {
		literal, ok := args[0].(*parse.StringNode)
		if !ok {
			l.mistake(args[0].Position(), ErrUnknownWord, fmt.Sprintf("%s stands where a word of sendmail must", args[0]), "write one of "+allWords+", as a string")
			return w
		}
		args = l.word(&w, literal, args[1:])
	}
	return w
}

// word reads one word, and its value where it has one, and returns what follows.
func (l *lifter) word(w *words, literal *parse.StringNode, rest []parse.Node) []parse.Node {
	switch word := literal.Text; {
	case word == wordImmediate:
		l.setLane(w, literal, queue.Immediate)
	case word == wordDefer:
		l.setLane(w, literal, queue.Bulk)
	case word == wordAfter, word == wordText, wordHeaders[word] != "":
		return l.valuedWord(w, literal, rest)
	default:
		l.mistake(literal.Pos, ErrUnknownWord, fmt.Sprintf("sendmail has no word %q", word), "write one of "+allWords)
		return nil // what follows may be its value
	}
	return rest
}

func (l *lifter) setLane(w *words, literal *parse.StringNode, lane queue.Lane) {
	if w.lane != queue.Normal || w.has(wordAfter) {
		l.mistake(literal.Pos, ErrContradiction, fmt.Sprintf("%q contradicts another word", literal.Text), `write one of "immediate", "defer" and "after"`)
	}
	w.lane = lane
}

func (l *lifter) valuedWord(w *words, literal *parse.StringNode, rest []parse.Node) []parse.Node {
	if len(rest) == 0 {
		l.mistake(literal.Pos, ErrMissingValue, fmt.Sprintf("the word %q has no value", literal.Text), "write a value behind it")
		return nil
	}
	value := rest[0]
	switch {
	case w.has(literal.Text):
		l.mistake(literal.Pos, ErrContradiction, fmt.Sprintf("the word %q stands twice", literal.Text), "write it once; a list of addresses is one value")
	case literal.Text == wordAfter && w.lane != queue.Normal:
		l.mistake(literal.Pos, ErrContradiction, `"after" contradicts another word`, `write one of "immediate", "defer" and "after"`)
	}
	if what := wrongKind(literal.Text, value); what != "" {
		l.mistake(value.Position(), ErrWrongValue, what, wordWants(literal.Text))
	}
	w.valued = append(w.valued, valuedWord{literal.Text, value})
	return rest[1:]
}

// wrongKind says what is wrong with a literal value, or nothing.
func wrongKind(word string, value parse.Node) string {
	text, isString := value.(*parse.StringNode)
	switch value.Type() {
	case parse.NodeNil, parse.NodeBool:
		return fmt.Sprintf("%s is no value for %q", value, word)
	case parse.NodeNumber:
		if word != wordText && word != "subject" {
			return fmt.Sprintf("%s is no value for %q", value, word)
		}
	}
	if word == wordAfter && isString {
		if _, err := parseDelay(text.Text); err != nil {
			return fmt.Sprintf("%q is no duration", text.Text)
		}
	}
	if header := wordHeaders[word]; isString && headers[header] == addressHeader {
		if _, err := compose.ParseAddress(text.Text); err != nil {
			return fmt.Sprintf("%q is no address", text.Text)
		}
	}
	return ""
}

func wordWants(word string) string {
	switch {
	case word == wordAfter:
		return `write a duration such as "90m" or "36h"`
	case headers[wordHeaders[word]] == addressHeader:
		return `write an address such as "ann@example.com", or a field that holds one`
	}
	return "write a string or a field"
}

// delayOf returns how long the value of "after" tells to wait.
func delayOf(v any) (time.Duration, error) {
	switch d := v.(type) {
	case time.Duration:
		if d < 0 {
			return 0, fmt.Errorf("a delay cannot be negative: %s", d)
		}
		return d, nil
	case string:
		return parseDelay(d)
	}
	return 0, fmt.Errorf("a value of type %T is no duration: use a time.Duration or a string such as \"90m\"", v)
}

func parseDelay(s string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(s))
	if err == nil && d < 0 {
		err = fmt.Errorf("it is negative")
	}
	if err != nil {
		return 0, fmt.Errorf("%s is no duration: write one such as \"90m\" or \"36h\"", strconv.Quote(s))
	}
	return d, nil
}
