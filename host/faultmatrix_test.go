package host

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// lastRow is the last row of the fault matrix that is about a connection: those
// behind it are package queue's.
const lastRow = 96

// TestEveryFaultIsPlayed fails where a row of the fault matrix has no dialogue, and
// no Go test that names it in its comment.
func TestEveryFaultIsPlayed(t *testing.T) {
	named := namedInTests(t)
	rows := 0
	for _, row := range corpus(t, "fault_matrix.tsv") {
		number, err := strconv.Atoi(strings.TrimPrefix(row[0], "fm-"))
		require.NoError(t, err)
		if number > lastRow {
			continue
		}
		rows++
		files, err := filepath.Glob("testdata/" + row[0] + "-*.txt")
		require.NoError(t, err)
		require.True(t, len(files) > 0 || strings.Contains(named, row[0]), "%s, %s: %s", row[0], row[1], row[2])
	}
	require.Equal(t, lastRow, rows)
}

// namedInTests returns the comments of all tests of this package.
func namedInTests(t *testing.T) string {
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	var named strings.Builder
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, decl := range f.Decls {
			test, ok := decl.(*ast.FuncDecl)
			if ok && strings.HasPrefix(test.Name.Name, "Test") && test.Doc != nil {
				named.WriteString(test.Doc.Text())
			}
		}
	}
	return named.String()
}
