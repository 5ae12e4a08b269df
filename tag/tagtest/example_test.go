package tagtest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/tag/tagtest"
	"github.com/go-mailhost/mailhost/txn"
)

var templates = fstest.MapFS{"order.html": {Data: []byte(`<h1>Thank you, {{.}}</h1>
{{- with sendmail "immediate"}}
From: Acme Shop <shop@acme.example>
To: {{.}} <ann@example.com>
Subject: Order 7 confirmed

Dear {{.}}, we have your order.
https://acme.example/orders/7
{{end}}
`)}}

// T stands for the *testing.T of a test, which an example has not. It prints.
type T struct{ testing.TB }

func (T) Helper()                           {}
func (T) Context() context.Context          { return context.Background() }
func (T) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
func (T) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// A handler is tested with the recorder in the place of the queue.
func Example() {
	var t T // func TestOrder(t *testing.T)
	set, err := tag.ParseFS(templates, "*.html")
	if err != nil {
		t.Fatalf("%v", err)
	}
	shop := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := set.Execute(r.Context(), w, "order.html", r.FormValue("name")); err != nil {
			http.Error(w, "sorry", http.StatusInternalServerError)
		}
	})

	mails := tagtest.New(t)
	txn.Handler(mails, shop).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/order?name=Ann", nil))

	m := mails.To("ann@example.com")
	m.HasSubject("Order 7 confirmed")
	m.TextContains("Dear Ann")
	fmt.Println(m.Link("/orders/"))
	m.HasSubject("Order 8 confirmed")
	// Output:
	// https://acme.example/orders/7
	// tagtest: the mail to ann@example.com has another subject:
	//   want: "Order 8 confirmed"
	//   got:  "Order 7 confirmed"
}

// A template is tested by itself, its mail as a whole.
func ExampleMail_Equal() {
	var t T
	set, err := tag.ParseFS(templates, "*.html")
	if err != nil {
		t.Fatalf("%v", err)
	}
	mails := tagtest.New(t)
	page := mails.Execute(set, "order.html", "Ann")
	fmt.Print(page)
	mails.One().Equal(`
		From: Acme Shop <shop@acme.example>
		To: Ann <ann@example.com>
		Subject: Order 7 confirmed

		Dear Ann, we have your order.
		https://acme.example/orders/8`)
	// Output:
	// <h1>Thank you, Ann</h1>
	// tagtest: the mail to ann@example.com is another (- want, + got):
	//     From: Acme Shop <shop@acme.example>
	//     To: Ann <ann@example.com>
	//     Subject: Order 7 confirmed
	//   + Lane: immediate
	//
	//     Dear Ann, we have your order.
	//   - https://acme.example/orders/8
	//   + https://acme.example/orders/7
}
