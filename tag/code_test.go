package tag

import (
	"go/ast"
	"go/parser"
	"go/token"
	"html/template"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A codeDoc is how a constant explains its code.
type codeDoc struct {
	name, value string
	title       string // the sentences of its mistakes
	example     string // a file, files, or a Config
	discussion  string
}

// codeDocs reads the constants from the source.
func codeDocs(t testing.TB) map[Code]codeDoc {
	t.Helper()
	docs := map[Code]codeDoc{}
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			if decl, ok := decl.(*ast.GenDecl); ok && isCode(decl) {
				doc := readCodeDoc(t, decl)
				require.NotContains(t, docs, Code(doc.value))
				docs[Code(doc.value)] = doc
			}
		}
	}
	return docs
}

func isCode(decl *ast.GenDecl) bool {
	if decl.Tok != token.CONST {
		return false
	}
	id, ok := decl.Specs[0].(*ast.ValueSpec).Type.(*ast.Ident)
	return ok && id.Name == "Code"
}

// readCodeDoc reads one constant. Each is declared alone, for go doc to show its text
// and no other.
func readCodeDoc(t testing.TB, decl *ast.GenDecl) codeDoc {
	t.Helper()
	require.Len(t, decl.Specs, 1)
	spec := decl.Specs[0].(*ast.ValueSpec)
	doc := codeDoc{name: spec.Names[0].Name}
	var err error
	doc.value, err = strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
	require.NoError(t, err)
	text := decl.Doc.Text()
	title, rest, found := strings.Cut(text, "\n\nExample:\n\n")
	require.True(t, found, "%s has no example", doc.name)
	doc.title, found = strings.CutPrefix(strings.ReplaceAll(title, "\n", " "), doc.name+": ")
	require.True(t, found, "%s has no title", doc.name)
	doc.example, doc.discussion, found = strings.Cut(rest, "\n\nDiscussion:\n\n")
	require.True(t, found, "%s has no discussion", doc.name)
	doc.example = strings.ReplaceAll("\n"+doc.example, "\n\t", "\n")[1:]
	return doc
}

var (
	fileOfExample   = regexp.MustCompile(`(?m)^-- (.*) --\n`)
	configOfExample = regexp.MustCompile(`^tag\.Config\{Funcs: template\.FuncMap\{(.*)\}\}$`)
	funcOfExample   = regexp.MustCompile(`"(\w+)":`)
	sentence        = regexp.MustCompile(`"([^"]*)"`)
)

// files returns the example's files: page.html, unless it names others.
func (d codeDoc) files() files {
	text := strings.ReplaceAll(d.example, "␇", "\a")
	names := fileOfExample.FindAllStringSubmatch(text, -1)
	if names == nil {
		return files{"page.html": text}
	}
	f := files{}
	for i, text := range fileOfExample.Split(text, -1)[1:] {
		f[names[i][1]] = text
	}
	return f
}

// config returns the example's Config, the zero one unless it is about that.
func (d codeDoc) config() Config {
	m := configOfExample.FindStringSubmatch(d.example)
	if m == nil {
		return Config{}
	}
	c := Config{Funcs: template.FuncMap{}}
	for _, f := range funcOfExample.FindAllStringSubmatch(m[1], -1) {
		c.Funcs[f[1]] = strings.ToUpper
	}
	return c
}

// says reports whether the title quotes what a mistake says, in which … stands for
// anything.
func (d codeDoc) says(what string) bool {
	sentences := sentence.FindAllStringSubmatch(d.title, -1)
	for _, s := range sentences {
		parts := strings.Split(s[1], "…")
		for i, part := range parts {
			parts[i] = regexp.QuoteMeta(part)
		}
		if regexp.MustCompile("^" + strings.Join(parts, ".*") + "(?:: |$)").MatchString(what) {
			return true
		}
	}
	others := sentence.ReplaceAllString(d.title, "")
	return strings.Trim(others, ", ") != "" // it quotes another package's words
}

// What go doc shows of a code is true: its example has this mistake and no other.
func TestExampleOfEachCode(t *testing.T) {
	docs := codeDocs(t)
	require.Greater(t, len(docs), 30)
	for code, doc := range docs {
		t.Run(string(code), func(t *testing.T) {
			require.Equal(t, doc.name, doc.value)
			require.NotEmpty(t, doc.discussion)
			f := doc.files()
			_, err := doc.config().ParseFS(f.fs(), slices.Sorted(maps.Keys(f))...)
			var mistakes Mistakes
			require.ErrorAs(t, err, &mistakes)
			for _, m := range mistakes {
				require.Equal(t, code, m.Code, "%s", m)
				require.True(t, doc.says(m.What), "%s", m)
			}
		})
	}
}

// mistakeInTest is how the tables of this package's tests say what they want.
var mistakeInTest = regexp.MustCompile(`^(?:\S+:\d+:\d+: (.*)|(Config\..*)) \[(Err\w+)\]$`)

// Every code stands in a table of the tests, and each sentence there in the title of
// its code.
func TestRowsOfEachCode(t *testing.T) {
	docs, shown := codeDocs(t), map[Code]bool{}
	for _, text := range literalsInTests(t) {
		if m := mistakeInTest.FindStringSubmatch(text); m != nil {
			what, code := m[1]+m[2], Code(m[3])
			shown[code] = true
			assert.Contains(t, docs, code)
			assert.True(t, docs[code].says(what), "the title of %s must quote what this mistake says: %s", code, what)
		}
	}
	for code := range docs {
		assert.True(t, shown[code], "%s has no row in TestMistakes", code)
	}
}

// The titles quote every sentence that the source has for a mistake.
func TestTitlesOfEachCode(t *testing.T) {
	docs := codeDocs(t)
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			list := elements(n)
			for i := range max(len(list)-1, 0) {
				id, ok := list[i].(*ast.Ident)
				if !ok || docs[Code(id.Name)].name == "" {
					continue
				}
				if what := sentenceOf(list[i+1]); strings.Contains(what, " ") {
					assert.True(t, docs[Code(id.Name)].says(what), "the title of %s must quote what %s says: %s", id.Name, name, what)
				}
			}
			return true
		})
	}
}

// elements returns the arguments of a call, and what a literal consists of.
func elements(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.CallExpr:
		return n.Args
	case *ast.CompositeLit:
		return n.Elts
	}
	return nil
}

var verb = regexp.MustCompile(`%[a-z]`)

// sentenceOf returns the text of an expression, with X for what is no literal.
func sentenceOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		return verb.ReplaceAllString(text, "X")
	case *ast.BinaryExpr:
		return sentenceOf(e.X) + sentenceOf(e.Y)
	case *ast.CallExpr:
		if len(e.Args) > 0 {
			return sentenceOf(e.Args[0])
		}
	}
	return "X"
}

// literalsInTests returns the strings in the source of the tests.
func literalsInTests(t *testing.T) (list []string) {
	names, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				list = append(list, text)
			}
			return true
		})
	}
	return list
}
