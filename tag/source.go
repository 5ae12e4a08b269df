package tag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/template/parse"

	"github.com/go-mailhost/mailhost/queue"
)

// A Source says where a mail stands in the templates of a set.
type Source struct {
	Template string // the page that sends it
	File     string // the name under which the template was parsed
	Line     int    // from 1
	Column   int    // in bytes, from 1
}

// String returns file:line:column.
func (s Source) String() string {
	return fmt.Sprintf("%s:%d:%d", s.File, s.Line, s.Column)
}

// source returns the source of a mail that begins at pos of a template's tree.
func source(template string, tree *parse.Tree, pos parse.Pos) Source {
	s := Source{Template: template}
	s.File, s.Line, s.Column = position(tree, pos)
	return s
}

// A Composed is a mail that a template made.
type Composed struct {
	Source Source
	Mail   *queue.Mail
}

// Mails returns where every mail of the set stands, in the order of file, line and
// column.
func (s *Set) Mails() []Source {
	list := make([]Source, 0, len(s.current.Load().blocks))
	for _, b := range s.current.Load().blocks {
		list = append(list, b.Source)
	}
	slices.SortFunc(list, func(a, b Source) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(a.Template, b.Template))
	})
	return list
}
