package compose

import (
	"regexp"
	"strings"

	"github.com/gorilla/css/scanner"
)

// A declaration is a property of a style rule with its value, as it was written.
type declaration struct {
	property, value string
	important       bool
}

func (d declaration) text() string {
	if d.important {
		return d.property + ":" + d.value + " !important"
	}
	return d.property + ":" + d.value
}

var (
	propertyName  = regexp.MustCompile(`^-{0,2}[A-Za-z_][A-Za-z0-9_-]*$`)
	importantMark = regexp.MustCompile(`(?i)\s*!\s*important$`)
)

// declarationsOf reads the block of a style rule. One that is not well formed is left
// out, as readers do (CSS Syntax Level 3, section 5.4.6).
func declarationsOf(block []*scanner.Token) []declaration {
	var list []declaration
	for _, tokens := range split(block, ";") {
		property, value, _ := strings.Cut(join(tokens), ":")
		d := declaration{property: strings.TrimSpace(property)}
		d.value = importantMark.ReplaceAllString(strings.TrimSpace(value), "")
		d.important = d.value != strings.TrimSpace(value)
		if propertyName.MatchString(d.property) && d.value != "" && balanced(tokens) {
			list = append(list, d)
		}
	}
	return list
}

// split cuts tokens at a separator that stands in no brackets.
func split(tokens []*scanner.Token, separator string) [][]*scanner.Token {
	var list [][]*scanner.Token
	depth, start := 0, 0
	for i, t := range tokens {
		depth = max(0, depth+bracket(t))
		if depth == 0 && t.Value == separator {
			list = append(list, tokens[start:i])
			start = i + 1
		}
	}
	return append(list, tokens[start:])
}

// balanced reports whether every bracket is closed. One that is not would swallow
// what follows it in a style attribute.
func balanced(tokens []*scanner.Token) bool {
	depth := 0
	for _, t := range tokens {
		if depth += bracket(t); depth < 0 {
			return false
		}
	}
	return depth == 0
}

// bracket returns 1 for a token that opens a bracket, -1 for one that closes it.
func bracket(t *scanner.Token) int {
	switch {
	case t.Type == scanner.TokenFunction || t.Value == "(" || t.Value == "[":
		return 1
	case t.Value == ")" || t.Value == "]":
		return -1
	}
	return 0
}
