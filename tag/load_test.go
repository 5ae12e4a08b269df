package tag

import (
	"bytes"
	"errors"
	"html/template"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// loaded loads files, whose mistakes it returns as lines.
func loaded(t testing.TB, c Config, f files, patterns ...string) (set *template.Template, mistakes []string) {
	t.Helper()
	var found Mistakes
	set, err := c.load(f.fs(), patterns, &found)
	require.NoError(t, err)
	_ = found.err() // sorts them
	for _, m := range found {
		mistakes = append(mistakes, m.String())
	}
	return set, mistakes
}

func TestSyntaxMistakes(t *testing.T) {
	for name, test := range map[string]struct {
		page string
		want []string
	}{
		"other case": {"{{with sendMail}}{{end}}{{Embed}}{{once}}", []string{
			`page.html:1:8: the function "sendMail" is not known: write sendmail [ErrUnknownFunc]`,
			`page.html:1:27: the function "Embed" is not known: write embed [ErrUnknownFunc]`,
			`page.html:1:36: the function "once" is not known: write "once" where you mean the word of sendmail, or give it in Config.Funcs, where mail finds its functions too [ErrUnknownFunc]`}},
		"unknown functions": {"{{nope}}\n{{if (a 1)}}{{b | print}}{{end}}", []string{
			`page.html:1:3: the function "nope" is not known: give it in Config.Funcs, where mail finds its functions too [ErrUnknownFunc]`,
			`page.html:2:7: the function "a" is not known: give it in Config.Funcs, where mail finds its functions too [ErrUnknownFunc]`,
			`page.html:2:15: the function "b" is not known: give it in Config.Funcs, where mail finds its functions too [ErrUnknownFunc]`}},
		"operand":              {"{{.A}} {{ .B } }}", []string{`page.html:1:11: unexpected "}" in operand: close the action with }} [ErrSyntax]`}},
		"trimmed":              {"{{.A}}\n{{- .B ) -}}", []string{`page.html:2:5: unexpected right paren: write the action as the documentation of text/template says [ErrSyntax]`}},
		"many lines":           {"{{.A}}\n{{print\n  .B\n  )}}", []string{`page.html:2:3: unexpected right paren: write the action as the documentation of text/template says [ErrSyntax]`}},
		"else if":              {"{{with sendmail}}{{else if .}}{{end}}", []string{`page.html:1:20: unexpected <if> in input: write {{else}} with an {{if}} of its own behind it; a sendmail block has no else [ErrSyntax]`}},
		"range of nothing":     {"{{range}}", []string{`page.html:1:3: missing value for range: write a value behind it, such as a field [ErrSyntax]`}},
		"block for with":       {"{{block sendmail}}{{end}}", []string{`page.html:1:3: unexpected "sendmail" in block clause: a mail begins with {{with sendmail …}}; {{block "name" .}} defines a template, and its name stands in quotes [ErrSyntax]`}},
		"template unquoted":    {"{{template x}}", []string{`page.html:1:3: unexpected "x" in template clause: write the name in quotes, as in {{template "footer" .}} [ErrSyntax]`}},
		"define unquoted":      {"{{define x}}{{end}}", []string{`page.html:1:3: unexpected "x" in define clause: write the name in quotes, as in {{define "footer"}} [ErrSyntax]`}},
		"single quotes":        {"{{sendmail 'once'}}", []string{`page.html:1:3: malformed character constant: 'once': write text in double quotes, as in {{with sendmail "immediate"}} [ErrSyntax]`}},
		"curly quotes":         {"{{sendmail “once”}}", []string{`page.html:1:3: unrecognized character in action: U+201C '“': take it out; quotes are straight, as in {{with sendmail "immediate"}} [ErrSyntax]`}},
		"comma":                {`{{sendmail "once", "to" .}}`, []string{`page.html:1:3: unexpected "," in operand: ` + adviceBlanks + " [ErrSyntax]"}},
		"colon":                {`{{sendmail "to": .}}`, []string{`page.html:1:3: expected :=: ` + adviceBlanks + " [ErrSyntax]"}},
		"equals sign":          {`{{sendmail to=.X}}`, []string{`page.html:1:3: bad character U+003D '=': ` + adviceBlanks + " [ErrSyntax]"}},
		"parentheses":          {`{{sendmail("once")}}`, []string{`page.html:1:3: unexpected "(" in operand: ` + adviceBlanks + " [ErrSyntax]"}},
		"one brace":            {`{{.X}`, []string{`page.html:1:3: bad character U+007D '}': close the action with }} [ErrSyntax]`}},
		"same error before":    {`{{print "}}"}}{{"a" "b}}` + "\n{{.A}}", []string{`page.html:1:17: unterminated quoted string: close the quotes on the same line [ErrSyntax]`}},
		"else with":            {"{{if .A}}{{else with sendmail}}{{end}}", []string{`page.html:1:12: unexpected <with> in input: write {{else}}, and the {{with …}} behind it with an {{end}} of its own [ErrSyntax]`}},
		"raw string":           {"{{print `{{\n}}`}}{{if}}{{end}}", []string{"page.html:2:8: missing value for if: write a condition behind it, such as a field [ErrSyntax]"}},
		"raw string open":      {"{{.A}}{{print `a}}", []string{"page.html:1:9: unterminated raw quoted string: close the quotes on the same line [ErrSyntax]"}},
		"character":            {`{{'\''}}{{'}}`, []string{`page.html:1:11: unterminated character constant: close the quotes on the same line [ErrSyntax]`}},
		"braces in comment":    {`{{/* {{ " */}}{{- /* ' */ -}}{{else}}`, []string{`page.html:1:32: unexpected {{else}}: write it between {{if}}, {{with}} or {{range}} and its {{end}} [ErrSyntax]`}},
		"comment open":         {"a{{/* b }}\n{{.A}}", []string{`page.html:1:4: unclosed comment: a comment begins with {{/* and ends with */}} [ErrSyntax]`}},
		"comment and action":   {"a{{/* b */ .A}}", []string{`page.html:1:4: comment ends before closing delimiter: a comment begins with {{/* and ends with */}} [ErrSyntax]`}},
		"paren open":           {`{{if (eq .A 1}}{{end}}`, []string{`page.html:1:3: unclosed left paren: close it with ) before the action ends [ErrSyntax]`}},
		"action open":          {"a\n{{.A}}\n  {{.B\n", []string{`page.html:3:5: unclosed action: close the action with }} [ErrSyntax]`}},
		"undefined variable":   {`{{if 1}}{{$x := 2}}{{end}}{{$x}}`, []string{`page.html:1:29: undefined variable "$x": declare it with := before it is used, outside of any {{if}}, {{with}} or {{range}} that ends before [ErrSyntax]`}},
		"break":                {`{{with sendmail}}{{break}}{{end}}`, []string{`page.html:1:20: {{break}} outside {{range}}: write it between {{range}} and its {{end}} [ErrSyntax]`}},
		"defined twice":        {"{{define `a`}}1{{end}}\n{{define `a`}}{{if 1}}2{{end}}\n{{end}}", []string{`page.html:2:3: multiple definition of template "a": define each name once in a file [ErrSyntax]`}},
		"defines itself":       {"a\n{{define `page.html`}}1{{end}}", []string{`page.html:2:3: multiple definition of template "page.html": define each name once in a file [ErrSyntax]`}},
		"defines itself first": {"{{define `page.html`}}1{{end}}\na", []string{`page.html:2:1: multiple definition of template "page.html": define each name once in a file [ErrSyntax]`}},

		"end too many":           {"{{if 1}}\n{{end}} {{ end }}", []string{`page.html:2:12: there is nothing that this {{end}} could close: take it out [ErrSyntax]`}},
		"end, no with":           {"{{if 1}}{{end}}\n{{sendmail \"immediate\"}}\nTo: a@b\n{{end}}", []string{`page.html:4:3: there is nothing that this {{end}} could close: a block begins with {{with sendmail …}}: write the with in line 2 [ErrSyntax]`}},
		"end, no with part":      {"{{with sendmail}}\n{{part \"text/html\"}}\n{{end}}\n{{end}}", []string{`page.html:4:3: there is nothing that this {{end}} could close: a block begins with {{with part …}}: write the with in line 2 [ErrSyntax]`}},
		"never closed":           {"a\n {{with sendmail}}\nTo: a@b\n", []string{`page.html:2:4: {{with sendmail}} has no {{end}}: write {{end}} behind what belongs to it; where one is there, something inside takes it that lacks its own [ErrSyntax]`}},
		"two never closed":       {"{{range .}}\n{{if 1}}{{else if 2}}{{else}}{{end}}{{with sendmail  \"defer\"}}\n", []string{`page.html:1:3: {{range .}} has no {{end}}: write {{end}} behind what belongs to it; where one is there, something inside takes it that lacks its own [ErrSyntax]`, `page.html:2:39: {{with sendmail "defer"}} has no {{end}}: write {{end}} behind what belongs to it; where one is there, something inside takes it that lacks its own [ErrSyntax]`}},
		"definition open":        {`{{define "x"}}`, []string{`page.html:1:3: {{define "x"}} has no {{end}}: write {{end}} behind what belongs to it; where one is there, something inside takes it that lacks its own [ErrSyntax]`}},
		"definition in a block":  {"\n{{with sendmail}}\n{{if 1}}{{end}}{{define `x`}}{{end}}{{end}}", []string{`page.html:3:18: a {{define}} stands inside {{with sendmail}} of line 2: close that with {{end}} before the definition begins [ErrDefine]`}},
		"definition in an if":    {"{{if 1}}{{- define `x` -}}{{end}}{{end}}", []string{`page.html:1:13: a {{define}} stands inside {{if 1}} of line 1: close that with {{end}} before the definition begins [ErrDefine]`}},
		"definition in a define": {"{{define `a`}}{{define `b`}}{{end}}{{end}}", []string{"page.html:1:17: a {{define}} stands inside {{define `a`}} of line 1: close that with {{end}} before the definition begins [ErrDefine]"}},
		"definition, long":       {"{{with sendmail \"subject\" \"" + strings.Repeat("é", 50) + "\"}}{{define `b`}}{{end}}{{end}}", []string{"page.html:1:133: a {{define}} stands inside {{with sendmail \"subject\" \"" + strings.Repeat("é", 35) + "…}} of line 1: close that with {{end}} before the definition begins [ErrDefine]"}},
		"no mistake":             {"{{define \"sendmail\"}}{{end}}{{block \"b\" .}}{{end}}{{if 1}}{{print \"{{define\" (upper \"a\") .}}{{end}}", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, got := loaded(t, Config{}, files{"page.html": test.page}, "*.html")
			require.Equal(t, test.want, got)
		})
	}
}

// A file that does not parse hides nothing of the others.
func TestMistakesOfAllFiles(t *testing.T) {
	set, mistakes := loaded(t, Config{}, files{
		"a.html": "{{if}}", "b.html": "\n{{nope}}", "m/c.mail": "{{end}}", "d.html": "{{define `x`}}d{{end}}",
	}, "*.html", "m/*.mail")
	require.Equal(t, []string{
		"a.html:1:3: missing value for if: write a condition behind it, such as a field [ErrSyntax]",
		`b.html:2:3: the function "nope" is not known: give it in Config.Funcs, where mail finds its functions too [ErrUnknownFunc]`,
		"m/c.mail:1:3: there is nothing that this {{end}} could close: take it out [ErrSyntax]",
	}, mistakes)
	require.NotNil(t, set.Lookup("x"))
	require.NotNil(t, set.Lookup("b.html"), "what is wrong in its blocks can still be found")
	require.Nil(t, set.Lookup("a.html"))
}

func TestFunctionsOfConfig(t *testing.T) {
	c := Config{Funcs: template.FuncMap{"money": strings.ToUpper, "break": strings.ToUpper}}
	_, mistakes := loaded(t, c, files{"page.html": `{{money "a"}}{{break "a"}}{{upper "b"}}{{len "c"}}{{sendmail}}`}, "*.html")
	require.Empty(t, mistakes)
}

// What files have no mistake is loaded as html/template does it.
func TestLoadAsHTMLTemplateDoes(t *testing.T) {
	for name, test := range map[string]struct {
		files    files
		patterns []string
	}{
		"one page":               {files{"a.html": "a<b>{{.}}</b>"}, []string{"a.html"}},
		"calls each other":       {files{"a.html": `{{template "b.html" .}}{{define "x"}}[{{.}}]{{end}}`, "b.html": `b{{template "x" .}}`}, []string{"*.html"}},
		"defined twice":          {files{"a.html": `{{define "x"}}a{{end}}`, "b.html": `{{define "x"}}b{{end}}`, "c.html": `{{template "x"}}`}, []string{"*.html"}},
		"the later first":        {files{"a.html": `{{define "x"}}a{{end}}`, "b.html": `{{define "x"}}b{{end}}`, "c.html": `{{template "x"}}`}, []string{"c.html", "b.html", "a.html"}},
		"matched twice":          {files{"a.html": `{{define "x"}}a{{end}}`, "b.html": `{{define "x"}}b{{end}}`, "c.html": `{{template "x"}}`}, []string{"*.html", "a.html"}},
		"empty does not replace": {files{"a.html": `{{define "x"}}a{{end}}`, "b.html": `{{define "x"}} {{/* c */}} {{end}}`, "c.html": `{{template "x"}}`}, []string{"*.html"}},
		"empty is replaced":      {files{"a.html": `{{define "x"}} {{end}}`, "b.html": `{{define "x"}}b{{end}}`, "c.html": `{{template "x"}}`}, []string{"*.html"}},
		"block and define":       {files{"a.html": `{{block "x" .}}a{{end}}`, "b.html": `{{define "x"}}b{{end}}`}, []string{"*.html"}},
		"a file that is defined": {files{"a.html": `{{define "b.html"}}a{{end}}`, "b.html": `{{define "y"}}b{{end}}`, "c.html": `{{template "b.html"}}`}, []string{"*.html"}},
		"a file that is taken":   {files{"a.html": `{{define "b.html"}}a{{end}}`, "b.html": `b`}, []string{"*.html"}},
		"defined in a later":     {files{"a.html": `a`, "b.html": `{{define "a.html"}}b{{end}}`}, []string{"*.html"}},
		"folders":                {files{"x/a.html": `a{{template "b.html"}}`, "y/b.html": `b`}, []string{"*/*.html"}},
		"same name, definitions": {files{"x/a.html": `{{define "x"}}x{{end}}`, "y/a.html": `{{define "y"}}y{{end}}`}, []string{"*/*.html"}},
		"empty file":             {files{"a.html": ``, "b.html": `{{template "a.html"}}b`}, []string{"*.html"}},
	} {
		t.Run(name, func(t *testing.T) {
			want := template.Must(template.New("").Funcs(FuncMap()).ParseFS(test.files.fs(), test.patterns...))
			got, mistakes := loaded(t, Config{}, test.files, test.patterns...)
			require.Empty(t, mistakes)
			require.Equal(t, results(want), results(got))
		})
	}
}

// results executes every template of a set.
func results(set *template.Template) map[string]string {
	list := map[string]string{}
	for _, t := range template.Must(set.Clone()).Templates() {
		var out bytes.Buffer
		err := set.ExecuteTemplate(&out, t.Name(), "<dot>")
		list[t.Name()] = out.String()
		if err != nil {
			list[t.Name()] = err.Error()
		}
	}
	return list
}

func TestTwoFilesOfOneName(t *testing.T) {
	_, mistakes := loaded(t, Config{}, files{"a/p.html": "1", "b/p.html": "2", "c/p.html": "{{define `x`}}{{end}}\n"}, "*/p.html", "a/p.html")
	require.Equal(t, []string{
		`a/p.html:1:1: the template "p.html" is b/p.html already: rename one of the files: their base names name the templates [ErrSameName]`,
		`b/p.html:1:1: the template "p.html" is a/p.html already: rename one of the files: their base names name the templates [ErrSameName]`,
	}, mistakes)
}

// Mistakes and errors name a file by its path.
func TestPathOfAFile(t *testing.T) {
	set, _ := loaded(t, Config{}, files{"mails/p.html": "{{define `x`}}{{index .}}{{index . 1}}{{end}}"}, "*/*.html")
	file, line, column := position(set.Lookup("x").Tree, 16)
	require.Equal(t, "mails/p.html:1:17", Source{File: file, Line: line, Column: column}.String())
	require.ErrorContains(t, set.ExecuteTemplate(new(bytes.Buffer), "x", "a"), "template: mails/p.html:1:27: ")
}

func TestLoadRefuses(t *testing.T) {
	load := func(fsys fs.FS, patterns ...string) error {
		_, err := Config{}.load(fsys, patterns, new(Mistakes))
		return err
	}
	some := files{"a.html": "a"}.fs()
	require.EqualError(t, load(some, "*.html", "*.mail"), `tag: the pattern "*.mail" matches no files`)
	require.EqualError(t, load(some), `tag: ParseFS needs a file system and a pattern such as "*.html"`)
	require.EqualError(t, load(nil, "*.html"), `tag: ParseFS needs a file system and a pattern such as "*.html"`)
	require.EqualError(t, load(some, "["), `tag: the pattern "[": syntax error in pattern`)
	require.ErrorContains(t, load(fstest.MapFS{"a.html/b": {}}, "*.html"), "tag: read a.html: ")
	require.ErrorIs(t, load(unreadable{some}, "*.html"), errUnreadable)
}

var errUnreadable = errors.New("unreadable")

// unreadable lists files that it cannot read.
type unreadable struct{ fstest.MapFS }

func (unreadable) ReadFile(string) ([]byte, error) { return nil, errUnreadable }

func TestShadowed(t *testing.T) {
	var mistakes Mistakes
	Config{Funcs: template.FuncMap{"part": strings.ToUpper, "sendmail": strings.ToUpper, "mine": strings.ToUpper}}.checkShadowed(&mistakes)
	require.Equal(t, "tag: mistakes in the templates:\n"+
		`Config.Funcs: the name "sendmail" is that of an action: give the function another [ErrShadowed]`+"\n"+
		`Config.Funcs: the name "part" is that of an action: give the function another [ErrShadowed]`, mistakes.Error())
	require.True(t, mistakes.has(ErrShadowed))
	require.False(t, mistakes.has(ErrSyntax))
}
