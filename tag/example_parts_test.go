package tag_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/tag/tagtest"
)

const invoicePage = `{{with sendmail "from" "shop@acme.example" "to" .Email "subject" "Your invoice"}}
{{with part "text/html"}}<img src="{{embed "logo.png"}}" alt="Acme"> <p>Dear {{.Name}}, <a href="{{.URL}}">pay</a> soon.</p>{{end}}
{{attach "invoice.pdf" .PDF}}
{{end}}<p>The invoice is on its way.</p>`

// A mail with HTML, an image in it and a file. Its text is made from the HTML.
func Example_parts() {
	set, err := tag.ParseFS(fstest.MapFS{"invoice.html": {Data: []byte(invoicePage)}, "logo.png": {Data: []byte("\x89PNG\r\n\x1a\n")}}, "*.html")
	if err != nil {
		panic(err)
	}
	mails, err := set.Compose(context.Background(), "invoice.html", map[string]any{
		"Name": "Ann & Lee", "Email": "ann@example.com", "URL": "https://acme.example/pay?i=7", "PDF": []byte("%PDF-1.7"),
	})
	if err != nil {
		panic(err)
	}
	m, err := tagtest.Decode(mails[0].Mail.Data)
	if err != nil {
		panic(err)
	}
	fmt.Println(m.Structure)
	fmt.Print(m.Text)
	// Output:
	// multipart/mixed
	//   multipart/related
	//     multipart/alternative
	//       text/plain
	//       text/html
	//     image/png
	//   application/pdf
	// Acme
	//
	// Dear Ann & Lee, pay <https://acme.example/pay?i=7> soon.
}
