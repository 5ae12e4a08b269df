package tag_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing/fstest"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/txn"
)

// printer stands for a queue: it prints what is committed.
type printer struct{}

func (printer) Commit(_ context.Context, mails ...*queue.Mail) error {
	for _, m := range mails {
		_, body, _ := strings.Cut(strings.ReplaceAll(string(m.Data), "\r\n", "\n"), "\n\n")
		fmt.Printf("to %s, lane %s: %s\n%s", m.To[0], m.Lane, m.Subject, body)
	}
	return nil
}

const orderPage = `<h1>Thank you, {{.Name}}</h1>
{{- with sendmail "immediate"}}
From: Acme Shop <shop@acme.example>
To: {{.Name}} <{{.Email}}>
Subject: Order {{.Order}} confirmed

Dear {{.Name}}, we have your order.
{{end}}
`

func ExampleSet_Execute() {
	set, err := tag.ParseFS(fstest.MapFS{"order.html": {Data: []byte(orderPage)}}, "*.html")
	if err != nil {
		panic(err)
	}
	err = serve(func(ctx context.Context) error {
		return set.Execute(ctx, os.Stdout, "order.html", map[string]any{"Name": "Ann", "Email": "ann@example.com", "Order": 7})
	})
	fmt.Println(err)
	// Output:
	// <h1>Thank you, Ann</h1>
	// to ann@example.com, lane immediate: Order 7 confirmed
	// Dear Ann, we have your order.
	// <nil>
}

// serve stands for txn.Handler, which does this for every request.
func serve(handler func(context.Context) error) error {
	tx := txn.Begin(printer{})
	if err := handler(txn.NewContext(context.Background(), tx)); err != nil {
		return tx.Rollback()
	}
	return tx.Commit(context.Background())
}

func ExampleMistakes() {
	_, err := tag.ParseFS(fstest.MapFS{"order.html": {Data: []byte("{{with sendmail \"soon\"}}\nSubject; Hi\n{{end}}")}}, "*.html")
	fmt.Println(err)
	// Output:
	// tag: mistakes in the templates:
	// order.html:1:17: sendmail has no word "soon": write one of "immediate", "defer", "after", "at", "expires", "key", "once", "route", "meta", "to", "cc", "bcc", "from", "reply-to", "return-path", "subject", "text", "unsubscribe", "no-text" or "inline-css" [ErrUnknownWord]
	// order.html:2:9: the header line "Subject;" has no colon: a header line is Name: value; put a blank line before the body [ErrNoColon]
}
