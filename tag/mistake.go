package tag

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
)

// A Mistake is one thing in a template, or in [Config], that cannot be right. A
// file that does not parse has one; its column is that of the action which could
// not be read, or of one that is never closed.
type Mistake struct {
	File    string // its path, or the name under which a set for New was parsed; "" where the mistake is in Config
	Line    int    // from 1; 0 without a file
	Column  int    // in bytes, from 1; 0 without a file
	Code    Code   // which kind of mistake it is
	What    string // what is wrong
	Instead string // what to write instead
}

// String returns file:line:column: what is wrong: what to write instead [code].
func (m Mistake) String() string {
	said := fmt.Sprintf("%s: %s [%s]", m.What, m.Instead, m.Code)
	if m.File == "" {
		return said
	}
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, said)
}

// A problem is a mistake without its place.
type problem struct {
	code          Code
	what, instead string
}

// Mistakes are all that were found in a set of templates, in the order of file,
// line and column. It is the error that [ParseFS] and [New] return; its text has
// a line for each.
type Mistakes []Mistake

func (ms Mistakes) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.String()
	}
	return "tag: mistakes in the templates:\n" + strings.Join(lines, "\n")
}

// report adds what is wrong at pos of the tree.
func (ms *Mistakes) report(tree *parse.Tree, pos parse.Pos, p problem) {
	m := Mistake{Code: p.code, What: p.what, Instead: p.instead}
	m.File, m.Line, m.Column = position(tree, pos)
	ms.add(m)
}

// add adds a mistake, unless it was found already.
func (ms *Mistakes) add(m Mistake) {
	if !slices.Contains(*ms, m) {
		*ms = append(*ms, m)
	}
}

// has reports whether one of the mistakes has the code.
func (ms Mistakes) has(code Code) bool {
	return slices.ContainsFunc(ms, func(m Mistake) bool { return m.Code == code })
}

// err returns the mistakes as an error, or nil where there are none.
func (ms Mistakes) err() error {
	if len(ms) == 0 {
		return nil
	}
	slices.SortStableFunc(ms, func(a, b Mistake) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return ms
}

// position returns file, line and column of a byte of the tree's text. The tree
// tells them of a node only, so it is asked about a node that stands there.
func position(tree *parse.Tree, pos parse.Pos) (file string, line, column int) {
	return placeOf(tree, &parse.TextNode{NodeType: parse.NodeText, Pos: pos})
}

// placeOf returns file, line and column of a node. One that has no tree stands in
// the given one.
func placeOf(tree *parse.Tree, n parse.Node) (file string, line, column int) {
	where, _ := tree.ErrorContext(n)
	rest, col := cutLast(where, ":")
	file, row := cutLast(rest, ":")
	line, _ = strconv.Atoi(row)
	column, _ = strconv.Atoi(col)
	return file, line, column + 1 // the tree counts columns from 0
}

// cutLast cuts s at the last sep, which must be in it.
func cutLast(s, sep string) (before, after string) {
	i := strings.LastIndex(s, sep)
	return s[:max(i, 0)], s[i+1:]
}
