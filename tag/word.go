package tag

import (
	"fmt"
	"slices"
	"strings"
	"text/template/parse"
)

// A word is one of those that may follow sendmail. Options of [Set.Send] are the
// same words.
type word struct {
	name  string
	takes int // values: 0, 1, or 2 where the first is a literal key
	set   func(d *draft, key string, v any) error
	check func(literal string) error // what a literal string must be; nil: anything
	wants string                     // what to write where the value is wrong
	text  bool                       // a number may be its value, too
}

// Words are literals, so that mistakes in them are found when the templates are
// parsed.
const (
	wordImmediate   = "immediate"
	wordDefer       = "defer"
	wordAfter       = "after"
	wordAt          = "at"
	wordExpires     = "expires"
	wordKey         = "key"
	wordOnce        = "once"
	wordRoute       = "route"
	wordMeta        = "meta"
	wordSubject     = "subject"
	wordText        = "text"
	wordReturnPath  = "return-path"
	wordUnsubscribe = "unsubscribe"
	wordNoText      = "no-text"
	wordInlineCSS   = "inline-css"
)

// wordHeaders gives the header that a word stands for.
var wordHeaders = map[string]string{
	"to": "To", "cc": "Cc", "bcc": "Bcc", "from": "From", "reply-to": "Reply-To", wordSubject: "Subject",
}

// allWords lists the words for messages.
const allWords = `"immediate", "defer", "after", "at", "expires", "key", "once", "route", "meta", "to", "cc", "bcc", "from", "reply-to", ` +
	`"return-path", "subject", "text", "unsubscribe", "no-text" or "inline-css"`

const (
	wantsDelay   = `write a duration such as "90m" or "36h", or a field that holds a time.Duration`
	wantsTime    = `write a time with its zone such as "2027-01-31T08:00:00+01:00", or a field that holds a time.Time`
	wantsExpiry  = `write a duration such as "36h", a time with its zone such as "2027-01-31T08:00:00+01:00", or a field that holds one`
	wantsAddress = `write an address such as "ann@example.com", or a field that holds one`
	wantsString  = "write a string or a field"
)

// wordNamed finds a word; nil where there is none of that name.
func wordNamed(name string) *word {
	for i := range wordList {
		if wordList[i].name == name {
			return &wordList[i]
		}
	}
	return nil
}

var wordList []word

func init() { // the setters are methods of draft, which read the table in turn
	wordList = []word{
		{name: wordImmediate, set: (*draft).setImmediate},
		{name: wordDefer, set: (*draft).setDefer},
		{name: wordAfter, takes: 1, set: (*draft).setAfter, check: checkDelay, wants: wantsDelay},
		{name: wordAt, takes: 1, set: (*draft).setAt, check: checkTime, wants: wantsTime},
		{name: wordExpires, takes: 1, set: (*draft).setExpires, check: checkExpiry, wants: wantsExpiry},
		{name: wordKey, takes: 1, set: (*draft).setKey, check: checkKey, wants: `write what tells this mail from all others, such as (printf "order-%d" .ID)`, text: true},
		{name: wordOnce, set: (*draft).setOnce},
		{name: wordRoute, takes: 1, set: (*draft).setRoute, check: checkRoute, wants: "write the name of a route"},
		{name: wordMeta, takes: 2, set: (*draft).setMeta, wants: wantsString, text: true},
		{name: "to", takes: 1, set: setAddresses("To"), check: checkAddress, wants: wantsAddress},
		{name: "cc", takes: 1, set: setAddresses("Cc"), check: checkAddress, wants: wantsAddress},
		{name: "bcc", takes: 1, set: setAddresses("Bcc"), check: checkAddress, wants: wantsAddress},
		{name: "from", takes: 1, set: setAddresses("From"), check: checkAddress, wants: wantsAddress},
		{name: "reply-to", takes: 1, set: setAddresses("Reply-To"), check: checkAddress, wants: wantsAddress},
		{name: wordReturnPath, takes: 1, set: (*draft).setReturnPath, check: checkReturnPath, wants: wantsAddress + `; "<>" for none`},
		{name: wordSubject, takes: 1, set: (*draft).setSubject, wants: wantsString, text: true},
		{name: wordText, takes: 1, set: (*draft).setText, wants: wantsString, text: true},
		{name: wordUnsubscribe, takes: 1, set: (*draft).setUnsubscribe, check: checkUnsubscribe, wants: `write a URL such as "https://acme.example/unsubscribe?u=7", or a field that holds one`},
		{name: wordNoText, set: func(d *draft, _ string, _ any) error { d.noText = true; return nil }},
		{name: wordInlineCSS, set: func(d *draft, _ string, _ any) error { d.inlineCSS = true; return nil }},
	}
}

// rivals are words that contradict one another.
var rivals = [][2]string{{wordImmediate, wordDefer}, {wordImmediate, wordAfter}, {wordImmediate, wordAt}, {wordAfter, wordAt}, {wordText, wordNoText}}

// contradicts says how a word contradicts those before it; nothing where it does
// not. A key of meta is a word of its own.
func contradicts(before []saidWord, w saidWord) string {
	for _, b := range before {
		switch {
		case b.name == w.name && b.key == w.key && w.name == wordMeta:
			return fmt.Sprintf("the key %q of meta stands twice", w.key)
		case b.name == w.name && b.key == w.key:
			return fmt.Sprintf("the word %q stands twice", w.name)
		case slices.Contains(rivals, [2]string{b.name, w.name}), slices.Contains(rivals, [2]string{w.name, b.name}):
			return fmt.Sprintf("%q contradicts the word %q", w.name, b.name)
		}
	}
	return ""
}

const adviceContradiction = `write each word once, "immediate" without "defer", "after" and "at", one of "after" and "at", and "text" without "no-text"; a list of addresses is one value`

// A saidWord is a word as it stands behind sendmail.
type saidWord struct {
	*word
	key   string     // of meta
	value parse.Node // nil where it takes none
}

// wrongLiteral says what is wrong with a literal value; nothing where it is none or
// is right.
func (w *word) wrongLiteral(value parse.Node) string {
	switch n := value.(type) {
	case *parse.NilNode, *parse.BoolNode:
		return fmt.Sprintf("%s is no value for %q", n, w.name)
	case *parse.NumberNode:
		if !w.text {
			return fmt.Sprintf("%s is no value for %q", n, w.name)
		}
	case *parse.StringNode:
		if w.check != nil {
			if err := w.check(n.Text); err != nil {
				return strings.TrimSpace(err.Error())
			}
		}
	}
	return ""
}
