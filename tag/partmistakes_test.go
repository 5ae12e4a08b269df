package tag

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// mistakesIn returns the mistakes of a page, without the advice.
func mistakesIn(t *testing.T, page string) (list []string) {
	t.Helper()
	_, err := ParseFS(files{"page.html": page, "terms.txt": "x"}.fs(), "*.html")
	var mistakes Mistakes
	require.ErrorAs(t, err, &mistakes)
	for _, m := range mistakes {
		require.NotEmpty(t, m.Instead)
		list = append(list, strings.Replace(m.String(), ": "+m.Instead, "", 1))
	}
	return list
}

// Each row is the body of a block, which begins in line 6, and the mistakes that it
// has.
func TestMistakesInBodies(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want []string
	}{
		"unknown type":            {`{{with part "text/rtf"}}x{{end}}`, []string{`page.html:6:13: there is no part of type "text/rtf" [ErrUnknownPart]`}},
		"type with parameters":    {`{{with part "text/html; charset=latin1"}}x{{end}}`, []string{`page.html:6:13: there is no part of type "text/html; charset=latin1" [ErrUnknownPart]`}},
		"no type":                 {`{{with part}}x{{end}}`, []string{`page.html:6:8: the part has no type [ErrMissingValue]`}},
		"type is a field":         {`{{with part .Type}}x{{end}}`, []string{`page.html:6:13: .Type stands where the type of a part must [ErrUnknownPart]`}},
		"behind the type":         {`{{with part "text/html" .X}}x{{end}}`, []string{`page.html:6:25: .X stands behind the type of a part [ErrUnknownPart]`}},
		"part with else":          {`{{with part "text/html"}}x{{else}}y{{end}}`, []string{`page.html:6:35: a part has an else [ErrElse]`}},
		"part in a pipeline":      {`{{with part "text/html" | print}}x{{end}}`, []string{`page.html:6:8: part stands in a pipeline or an assignment [ErrPipeline]`}},
		"part is no block":        {`{{part "text/html"}}`, []string{`page.html:6:3: part stands inside another expression [ErrPipeline]`}},
		"part in an if":           {`{{if part "text/html"}}{{end}}`, []string{`page.html:6:6: part stands inside another expression [ErrPipeline]`}},
		"part in a part":          {`{{with part "text/html"}}{{with part "text/plain"}}x{{end}}{{end}}`, []string{`page.html:6:33: a part stands inside a part [ErrNested]`}},
		"text beside":             {`{{with part "text/html"}}x{{end}} and so on`, []string{`page.html:6:35: text stands beside the parts of a mail [ErrTextBesideParts]`}},
		"text before":             {"and\n{{with part \"text/html\"}}x{{end}}", []string{`page.html:6:1: text stands beside the parts of a mail [ErrTextBesideParts]`}},
		"value beside":            {`{{.X}}{{with part "text/html"}}x{{end}}`, []string{`page.html:6:3: text stands beside the parts of a mail [ErrTextBesideParts]`}},
		"text beside in a branch": {`{{if .}}{{with part "text/html"}}x{{end}}{{else}}y{{end}}`, []string{`page.html:6:50: text stands beside the parts of a mail [ErrTextBesideParts]`}},
		"template beside":         {`{{template "t"}}{{with part "text/html"}}x{{end}}`, []string{`page.html:6:12: text stands beside the parts of a mail [ErrTextBesideParts]`}},
		"outer assignment":        {`{{$x := 1}}{{with part "text/html"}}{{$x = 2}}{{end}}`, []string{`page.html:6:39: the part assigns to $x, which was declared outside it [ErrOuterAssignment]`}},
		"break out":               {`{{range .}}{{with part "text/html"}}{{break}}{{end}}{{end}}`, []string{`page.html:6:39: {{break}} leaves the part [ErrJump]`}},
		"mail in a part":          {`{{with part "text/html"}}{{sendmail}}{{end}}`, []string{`page.html:6:28: a sendmail block stands inside a sendmail block [ErrNested]`}},
		"part in a template":      {`{{template "p"}}{{end}}{{define "p"}}{{with part "text/html"}}{{end}}`, []string{`page.html:6:45: a part stands in a template that mail calls [ErrPartPlace]`}},
		"HTML that ends open":     {`{{with part "text/html"}}<a href="x{{end}}`, []string{`page.html:6:26: html/template says: ends in a non-text context [ErrHTML]`}},
		"HTML that is ambiguous":  {"{{with part \"text/html\"}}<p>\n{{if .}}<a href=\"{{end}}{{.}}{{end}}", []string{`page.html:7:6: html/template says: {{if}} branches end in different contexts [ErrHTML]`}},
		"HTML and others": {`{{with part "text/html"}}{{template "nope"}}<a href="x{{end}}{{with part "text/x-amp-html"}}<a href="y{{end}}z`, []string{
			`page.html:6:37: the template "nope" does not exist [ErrNoTemplate]`, `page.html:6:93: html/template says: ends in a non-text context [ErrHTML]`, `page.html:6:110: text stands beside the parts of a mail [ErrTextBesideParts]`,
		}},
		"HTML that leaves":     {`{{range .}}{{with part "text/html"}}{{break}}<a href="x{{end}}{{end}}`, []string{`page.html:6:39: {{break}} leaves the part [ErrJump]`}},
		"two wrong HTML parts": {`{{with part "text/html"}}<a href="x{{end}}{{with part "text/x-amp-html"}}<a href="x{{end}}`, []string{`page.html:6:26: html/template says: ends in a non-text context [ErrHTML]`, `page.html:6:74: html/template says: ends in a non-text context [ErrHTML]`}},

		"type twice":             {`{{with part "text/html"}}x{{end}} {{with part "text/html"}}y{{end}}`, []string{`page.html:6:47: the mail has two parts of type "text/html" [ErrTwoBodies]`}},
		"type again in a branch": {`{{with part "text/html"}}x{{end}}{{if .}}{{with part "text/html"}}y{{end}}{{end}}`, []string{`page.html:6:54: the mail has two parts of type "text/html" [ErrTwoBodies]`}},
		"type first in a branch": {`{{if .}}{{with part "text/html"}}x{{end}}{{else}}{{with part "text/html"}}y{{end}}{{end}}{{with part "text/html"}}y{{end}}`, []string{`page.html:6:102: the mail has two parts of type "text/html" [ErrTwoBodies]`}},

		"embed in text":             {`{{embed "terms.txt"}}`, []string{`page.html:6:3: embed stands outside of an HTML part [ErrPartPlace]`}},
		"embed in a text part":      {`{{with part "text/plain"}}{{embed "terms.txt"}}{{end}}`, []string{`page.html:6:29: embed stands outside of an HTML part [ErrPartPlace]`}},
		"attach in an expression":   {`{{if attach "a" .X}}{{end}}`, []string{`page.html:6:6: attach stands inside another expression [ErrPipeline]`}},
		"attach is assigned":        {`{{$x := attach "a" .X}}`, []string{`page.html:6:9: attach stands inside another expression [ErrPipeline]`}},
		"attach in a pipeline":      {`{{attach "a" .X | print}}`, []string{`page.html:6:3: attach stands inside another expression [ErrPipeline]`}},
		"no name":                   {`{{attach}}`, []string{`page.html:6:3: attach has no name [ErrMissingValue]`}},
		"no content":                {`{{attach .Name}}`, []string{`page.html:6:10: .Name has no content, and a file of the set is named by a string literal [ErrWrongValue]`}},
		"string as content":         {`{{attach "docs/a.pdf" "Terms.pdf"}}`, []string{`page.html:6:23: "Terms.pdf" stands where the content of a file must [ErrWrongValue]`}},
		"nil as content":            {`{{attach "a.pdf" nil}}`, []string{`page.html:6:18: nil stands where the content of a file must [ErrWrongValue]`}},
		"no such file":              {`{{attach "nope.txt"}}`, []string{`page.html:6:10: open nope.txt: file does not exist [ErrNoFile]`}},
		"a folder":                  {`{{attach "."}}`, []string{`page.html:6:10: . is no regular file [ErrNoFile]`}},
		"out of the set":            {`{{attach "../secret"}}`, []string{`page.html:6:10: open ../secret: file does not exist [ErrNoFile]`}},
		"unknown word of a file":    {`{{attach "a" .X "name" "b"}}`, []string{`page.html:6:17: "name" stands where a word of a file must [ErrUnknownWord]`}},
		"word of a file, no value":  {`{{attach "a" .X "as"}}`, []string{`page.html:6:17: the word "as" has no value [ErrMissingValue]`}},
		"literal type":              {`{{attach "a" .X "type" "pdf"}}`, []string{`page.html:6:24: "pdf" cannot be the type of a file: it has no slash: write it like "image/png" [ErrWrongValue]`}},
		"multipart as type":         {`{{attach "a" .X "type" "multipart/mixed"}}`, []string{`page.html:6:24: "multipart/mixed" cannot be the type of a file: it would be taken apart by readers: write application/octet-stream [ErrWrongValue]`}},
		"line break in a name":      {`{{attach "a\nb" .X}}`, []string{`page.html:6:10: the file name "a\nb" has a line break or a control: take it out [ErrWrongValue]`}},
		"line break in an as":       {`{{attach "a" .X "as" "a\nb"}}`, []string{`page.html:6:22: the file name "a\nb" has a line break or a control: take it out [ErrWrongValue]`}},
		"wrong call, parenthesised": {`{{print (attach "a" nil)}}`, []string{`page.html:6:10: attach stands inside another expression [ErrPipeline]`, `page.html:6:21: nil stands where the content of a file must [ErrWrongValue]`}},
	} {
		t.Run(name, func(t *testing.T) {
			got := mistakesIn(t, "{{define `t`}}{{end}}{{with sendmail}}\n"+head+test.body+"{{end}}")
			require.Equal(t, test.want, got)
		})
	}
}

func TestMistakesOutsideOfMail(t *testing.T) {
	for page, want := range map[string]string{
		`{{attach "terms.txt"}}`:                                    `page.html:1:3: attach stands outside of a mail [ErrOutside]`,
		`<img src="{{embed "terms.txt"}}">`:                         `page.html:1:13: embed stands outside of a mail [ErrOutside]`,
		`{{with part "text/html"}}x{{end}}`:                         `page.html:1:8: part stands outside of a mail [ErrOutside]`,
		`{{if attach "a"}}{{end}}`:                                  `page.html:1:6: attach stands outside of a mail [ErrOutside]`,
		`{{define "x"}}{{attach "a"}}{{end}}{{template "x"}}`:       `page.html:1:17: attach stands outside of a mail [ErrOutside]`,
		`{{sendmail "from" "a@b" "to" "c@d" "text" (embed "x" .)}}`: `page.html:1:44: embed stands outside of a mail [ErrOutside]`,
	} {
		require.Equal(t, []string{want}, mistakesIn(t, page))
	}
}
