package tag

import (
	"html/template"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzLoad checks that a file has a mistake exactly where html/template cannot parse
// it, and that the mistake stands in the file.
func FuzzLoad(f *testing.F) {
	for _, text := range []string{
		"", "{{", "{{.}}\n{{- if /* x */}}", "{{/* a */ b}}", "{{define `x`}}{{end}}{{end}}", "{{with sendmail}}{{define `x`}}",
		"{{range .}}{{break}}{{else}}{{end}}{{else}}", "{{print \"\\\"}}\" `\n}}` '}'}}{{nope (a | b)}}", "{{define `page.html`}}1{{end}}a",
		"{{block `x` .}}{{template `x`}}", "{{$x := 1}}{{$y}}", "é\r\n{{/*", "{{-1}}{{- 1 -}}{{-\n.-}}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := template.New("page.html").Funcs(FuncMap()).Parse(text)
		var mistakes Mistakes
		_, failed := Config{}.load(files{"page.html": text}.fs(), []string{"*.html"}, &mistakes)
		require.NoError(t, failed)
		require.Equal(t, err != nil, len(mistakes) > 0, "html/template says %v, and we %v", err, mistakes)
		lines := strings.Split(text, "\n")
		for _, m := range mistakes {
			require.Equal(t, "page.html", m.File)
			require.GreaterOrEqual(t, m.Line, 1)
			require.LessOrEqual(t, m.Line, len(lines))
			require.GreaterOrEqual(t, m.Column, 1)
			require.LessOrEqual(t, m.Column, len(lines[m.Line-1])+1)
			require.NotEmpty(t, m.What)
			require.NotEmpty(t, m.Instead)
		}
	})
}
