package preview_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing/fstest"

	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/tag/preview"
)

const orderPage = `<h1>Thank you, {{.Name}}</h1>
{{with sendmail}}
From: Acme Shop <shop@acme.example>
To: {{.Name}} <{{.Email}}>
Subject: Order {{.Order}} confirmed

Dear {{.Name}}, we have your order.
{{end}}
`

func Example() {
	files := fstest.MapFS{
		"order.html":      {Data: []byte(orderPage)},
		"order.html.json": {Data: []byte(`{"Name": "Ann", "Email": "ann@example.com", "Order": 7}`)},
	}
	set, err := tag.ParseFS(files, "*.html")
	if err != nil {
		panic(err)
	}
	developing := true // an option of the application
	pages, err := preview.New(set, preview.Config{
		Prefix:    "/mails",
		Authorize: func(*http.Request) bool { return developing },
		Files:     files,
		Samples: []preview.Sample{{
			Template: "order.html", Name: "from Go",
			Data: map[string]any{"Name": "Bob", "Email": "bob@example.com", "Order": 8},
		}},
		Reload: true,
	})
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/mails/", pages)

	for _, path := range []string{"/mails/", "/mails/mail?template=order.html&tab=text"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost:8080"+path, nil))
		for _, text := range []string{"order.html:2:8", "Order 7 confirmed", "Order 8 confirmed", "Dear Ann, we have your order."} {
			fmt.Println(w.Code, text, strings.Contains(w.Body.String(), text))
		}
	}
	// Output:
	// 200 order.html:2:8 true
	// 200 Order 7 confirmed true
	// 200 Order 8 confirmed true
	// 200 Dear Ann, we have your order. false
	// 200 order.html:2:8 true
	// 200 Order 7 confirmed true
	// 200 Order 8 confirmed false
	// 200 Dear Ann, we have your order. true
}
