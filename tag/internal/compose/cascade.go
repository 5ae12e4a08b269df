package compose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"github.com/gorilla/css/scanner"
	"golang.org/x/net/html"
)

// maxMatches is how often an element is held against a selector at most, in one
// page.
const maxMatches = 2_000_000

// A cascade finds out which declarations each element gets (CSS Cascading and
// Inheritance Level 3, section 6).
type cascade struct {
	elements []element
	placed   map[*html.Node][]match
	rules    int // that were added
	tried    int // matches
}

func newCascade(elements []element) *cascade {
	return &cascade{elements: elements, placed: map[*html.Node][]match{}}
}

// An element is one that styles may apply to.
type element struct {
	*html.Node
	tagged bool // it has a start tag in the source, which a style can be written into
}

// A match is a rule that applies to an element.
type match struct {
	specificity  cascadia.Specificity
	rule         int // its number in the order of the page
	declarations []declaration
}

// add places a rule's declarations, and returns what of the rule must stay in the
// style element.
func (c *cascade) add(r rule) (stays string, err error) {
	if r.selectors == nil {
		return r.text(), nil
	}
	c.rules++
	var left []string
	for _, selector := range r.selectors {
		done, err := c.place(selector, r.declarations)
		if err != nil {
			return "", err
		}
		if !done {
			left = append(left, selector)
		}
	}
	if len(left) == 0 || len(r.declarations) == 0 {
		return "", nil
	}
	return r.with(left), nil
}

// place gives declarations to the elements that a selector matches. It is not done
// where a style attribute cannot stand for the selector.
func (c *cascade) place(selector string, declarations []declaration) (done bool, err error) {
	if !isStatic(selector) {
		return false, nil
	}
	s, err := cascadia.Parse(selector)
	if err != nil {
		return false, nil // a selector of tomorrow: it stays
	}
	if c.tried += len(c.elements); c.tried > maxMatches {
		return false, fmt.Errorf("the HTML part has %d elements and too many style rules to inline them: do not inline them, or write style attributes", len(c.elements))
	}
	done = true
	for _, e := range c.elements {
		if !s.Match(e.Node) {
			continue
		}
		if done = done && e.tagged; e.tagged {
			c.placed[e.Node] = append(c.placed[e.Node], match{s.Specificity(), c.rules, declarations})
		}
	}
	return done, nil
}

// staticPseudos are the pseudo-classes that depend on the page alone, as it is sent.
var staticPseudos = []string{"first-child", "last-child", "only-child", "first-of-type", "last-of-type", "only-of-type",
	"nth-child(", "nth-last-child(", "nth-of-type(", "nth-last-of-type(", "not(", "empty", "root"}

// isStatic reports whether a selector matches the same elements at all times.
func isStatic(selector string) bool {
	tokens, err := tokensOf(selector)
	if err != nil || len(tokens) == 0 {
		return false
	}
	for i, t := range tokens {
		if t.Value != ":" {
			continue
		}
		if i+1 == len(tokens) || !slices.Contains(staticPseudos, strings.ToLower(tokens[i+1].Value)) || tokens[i+1].Type == scanner.TokenS {
			return false
		}
	}
	return true
}

// styles writes the declarations of an element's matches, weakest first, so that of a
// property the last one counts. Important ones are stronger than the element's own
// style attribute and stand behind it; their mark goes, for it would hide them from
// the rules for media that stay.
func styles(matches []match) (before, after string) {
	slices.SortStableFunc(matches, func(a, b match) int {
		switch {
		case a.specificity.Less(b.specificity):
			return -1
		case b.specificity.Less(a.specificity):
			return 1
		}
		return cmp.Compare(a.rule, b.rule)
	})
	said := map[string]bool{} // properties of stronger matches
	after = declared(matches, true, said)
	return declared(matches, false, said), after
}

// declared writes the declarations that are important, or those that are not, without
// those that a stronger match says too. Within one rule all stay: the last that a
// reader understands counts.
func declared(matches []match, important bool, said map[string]bool) string {
	var list []string
	for _, m := range slices.Backward(matches) {
		for _, d := range slices.Backward(m.declarations) {
			if d.important == important && !said[d.property] {
				list = append(list, d.property+":"+d.value)
			}
		}
		for _, d := range m.declarations {
			said[d.property] = said[d.property] || d.important == important
		}
	}
	slices.Reverse(list)
	return strings.Join(list, ";")
}
