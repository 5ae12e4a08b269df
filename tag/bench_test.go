package tag

import (
	"context"
	"html/template"
	"io"
	"strings"
	"testing"

	"github.com/go-mailhost/mailhost/txn"
)

const benchPage = `<ul>{{range .Items}}<li>{{.}}</li>{{end}}</ul>`

var benchData = map[string]any{"Items": strings.Fields(strings.Repeat("item ", 50)), "Name": "Ann", "Email": "ann@example.com"}

// BenchmarkPage compares a page through a Set with the same page through
// html/template, and shows what one mail costs.
func BenchmarkPage(b *testing.B) {
	b.Run("html-template", func(b *testing.B) {
		t := template.Must(template.New("page.html").Parse(benchPage))
		b.ReportAllocs()
		for b.Loop() {
			if err := t.Execute(io.Discard, benchData); err != nil {
				b.Fatal(err)
			}
		}
	})
	const block = "{{with sendmail}}\nFrom: shop@acme.example\nTo: {{.Name}} <{{.Email}}>\nSubject: Hi {{.Name}}\n\nDear {{.Name}}\n{{end}}"
	for _, page := range []struct{ name, text string }{{"without-mail", benchPage}, {"with-mail", benchPage + block}} {
		b.Run(page.name, func(b *testing.B) {
			set := mustParse(b, files{"page.html": page.text})
			b.ReportAllocs()
			for b.Loop() {
				ctx := txn.NewContext(context.Background(), txn.Begin(&committed{}))
				if err := set.Execute(ctx, io.Discard, "page.html", benchData); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
