package tag

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	texttemplate "text/template"
)

// A blockError is why a block could not be made into a mail: the line of the
// template, and what was wrong there.
type blockError struct {
	where string // file:line:column
	what  string
	err   error
}

func (e *blockError) Error() string { return e.where + ": " + e.what }
func (e *blockError) Unwrap() error { return e.err }

// inBlock returns err as an error of the block, or of a part of it. text/template
// tells the place in its message only, among the names of what it called.
func (s Source) inBlock(err error) error {
	if inPart := new(blockError); errors.As(err, &inPart) {
		return inPart
	}
	e := &blockError{where: s.String(), what: err.Error(), err: err}
	var exec texttemplate.ExecError
	if !errors.As(err, &exec) {
		return e
	}
	where, rest, found := strings.Cut(strings.TrimPrefix(exec.Error(), "template: "), ": executing ")
	if !found {
		return e
	}
	e.where = countFromOne(where)
	_, e.what, _ = strings.Cut(rest, " at ")
	if escaper, what, ok := strings.Cut(e.what, ": error calling "); ok && strings.HasPrefix(escaper, "<_mail_") {
		_, e.what, _ = strings.Cut(what, ": ")
	}
	return e
}

// countFromOne changes the column of file:line:column, which text/template counts
// from 0, to what Mistakes and editors count.
func countFromOne(where string) string {
	rest, col := cutLast(where, ":")
	column, err := strconv.Atoi(col)
	if err != nil {
		return where
	}
	return fmt.Sprintf("%s:%d", rest, column+1)
}

// ofPage returns the error of a page. A block's is said without what
// html/template says around it.
func ofPage(err error) error {
	var inBlock *blockError
	if errors.As(err, &inBlock) {
		return fmt.Errorf("tag: %w", inBlock)
	}
	return fmt.Errorf("tag: %w", &pageError{err})
}

// A pageError is what html/template says of a page, in which printers have the names
// that the author wrote.
type pageError struct{ error }

func (e *pageError) Error() string { return strings.ReplaceAll(e.error.Error(), printerPrefix, "") }
func (e *pageError) Unwrap() error { return e.error }
