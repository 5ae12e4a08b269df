package compose

import (
	"fmt"
	"strings"

	"github.com/gorilla/css/scanner"
)

// maxStyles is how many bytes of style rules an HTML part may have. Readers cut
// mails of 100 KiB.
const maxStyles = 128 << 10

// A rule of a style sheet (CSS Syntax Level 3, section 5.4).
type rule struct {
	prelude      string        // what stands before the block: the selectors, or @media and its conditions
	selectors    []string      // of a style rule
	declarations []declaration // of a style rule
	nested       []rule        // of @media and @supports
	raw          string        // the whole of any other rule, which is left as it is
}

// parseStyles reads the text of a style element.
func parseStyles(css string) ([]rule, error) {
	tokens, err := tokensOf(css)
	if err != nil {
		return nil, err
	}
	return rulesOf(tokens), nil
}

// tokensOf cuts CSS into tokens, with blanks in the place of its comments.
func tokensOf(css string) ([]*scanner.Token, error) {
	var tokens []*scanner.Token
	for s := scanner.New(css); ; {
		t := s.Next()
		switch t.Type {
		case scanner.TokenEOF:
			return tokens, nil
		case scanner.TokenError:
			return nil, fmt.Errorf("the style rules cannot be read: line %d has an %s", t.Line, t.Value)
		case scanner.TokenComment, scanner.TokenCDO, scanner.TokenCDC, scanner.TokenBOM:
			t = &scanner.Token{Type: scanner.TokenS, Value: " "}
		}
		tokens = append(tokens, t)
	}
}

func rulesOf(tokens []*scanner.Token) []rule {
	var rules []rule
	for s := (sheet{tokens}); ; {
		for len(s.tokens) > 0 && (s.tokens[0].Type == scanner.TokenS || s.tokens[0].Value == "}") {
			s.tokens = s.tokens[1:]
		}
		if len(s.tokens) == 0 {
			return rules
		}
		if r, ok := s.rule(); ok {
			rules = append(rules, r)
		}
	}
}

// A sheet is what is left to read of a style sheet.
type sheet struct{ tokens []*scanner.Token }

// rule reads one rule. It is not ok for what means nothing: a style rule without
// selectors or without a block.
func (s *sheet) rule() (r rule, ok bool) {
	at := s.tokens[0].Type == scanner.TokenAtKeyword
	n := 0
	for n < len(s.tokens) && s.tokens[n].Value != "{" && !(at && s.tokens[n].Value == ";") {
		n++
	}
	prelude := s.tokens[:n]
	if n == len(s.tokens) || s.tokens[n].Value == ";" {
		s.tokens = s.tokens[min(n+1, len(s.tokens)):]
		return rule{raw: join(prelude) + ";"}, at
	}
	s.tokens = s.tokens[n+1:]
	return ruleOf(prelude, s.block()), n > 0
}

// block reads up to the brace that closes a block, or to the end, and returns what
// is between.
func (s *sheet) block() []*scanner.Token {
	depth, tokens := 1, s.tokens
	for i, t := range tokens {
		switch t.Value {
		case "{":
			depth++
		case "}":
			depth--
		}
		if depth == 0 {
			s.tokens = tokens[i+1:]
			return tokens[:i]
		}
	}
	s.tokens = nil
	return tokens
}

// ruleOf makes a rule of what stands before a block, and of the block.
func ruleOf(prelude, block []*scanner.Token) rule {
	r := rule{prelude: join(prelude)}
	lower := strings.ToLower(r.prelude)
	switch {
	case strings.HasPrefix(lower, "@media") || strings.HasPrefix(lower, "@supports"):
		r.nested = rulesOf(block)
	case strings.HasPrefix(lower, "@") || holdsBlock(block):
		r.raw = r.prelude + "{" + join(block) + "}"
	default:
		for _, selector := range split(prelude, ",") {
			r.selectors = append(r.selectors, join(selector))
		}
		r.declarations = declarationsOf(block)
	}
	return r
}

// holdsBlock reports whether a style rule holds others (CSS Nesting), which only
// some readers understand: such a rule is not moved.
func holdsBlock(block []*scanner.Token) bool {
	for _, t := range block {
		if t.Value == "{" {
			return true
		}
	}
	return false
}

// text writes a rule that stays. Its declarations are marked as important where
// they stood above those that have moved, as in @media, and would now stand below.
func (r rule) text() string {
	switch {
	case r.raw != "":
		return r.raw
	case r.selectors != nil:
		return r.with(r.selectors)
	}
	var b strings.Builder
	for _, n := range r.nested {
		b.WriteString(n.text() + "\n")
	}
	return r.prelude + "{\n" + b.String() + "}"
}

// with writes a style rule for some of its selectors.
func (r rule) with(selectors []string) string {
	list := make([]string, len(r.declarations))
	for i, d := range r.declarations {
		d.important = true
		list[i] = d.text()
	}
	return strings.Join(selectors, ",") + "{" + strings.Join(list, ";") + "}"
}

func join(tokens []*scanner.Token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.Value)
	}
	return strings.TrimSpace(b.String())
}
