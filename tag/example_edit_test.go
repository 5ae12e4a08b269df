package tag_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"testing/fstest"

	"github.com/go-mailhost/mailhost/tag"
)

var newsFiles = fstest.MapFS{"news.mail": {Data: []byte(`To: {{.}}
Cc: list@example.com
Subject: News

We have moved.
`)}}

// show composes a mail and prints some of its headers.
func show(set *tag.Set, to string, headers ...string) {
	mails, err := set.Compose(context.Background(), "news.mail", to)
	if err != nil {
		fmt.Println(err)
		return
	}
	m := mails[0].Mail
	fmt.Println("envelope:", strings.Join(m.To, " "))
	message, err := mail.ReadMessage(bytes.NewReader(m.Data))
	if err != nil {
		panic(err)
	}
	for _, name := range headers {
		if value := message.Header.Get(name); value != "" {
			fmt.Printf("%s: %s\n", name, value)
		}
	}
}

// All mail has an author, a place for answers and a header, unless it says otherwise.
func ExampleConfig() {
	set, err := tag.Config{
		From:    "Acme Shop <shop@acme.example>",
		ReplyTo: "help@acme.example",
		Headers: map[string]string{"Organization": "Acme Ltd."},
	}.ParseFS(newsFiles, "*.mail")
	if err != nil {
		panic(err)
	}
	show(set, "ann@example.com", "From", "Reply-To", "Organization")
	// Output:
	// envelope: ann@example.com list@example.com
	// From: Acme Shop <shop@acme.example>
	// Reply-To: help@acme.example
	// Organization: Acme Ltd.
}

// A function refuses mail to those who have left, and marks the rest.
func ExampleConfig_edit() {
	gone := map[string]bool{"bob@example.com": true}
	errGone := errors.New("the customer has left")
	set, err := tag.Config{
		From: "shop@acme.example",
		Edit: func(ctx context.Context, m *tag.Message) error {
			for _, to := range m.To {
				if gone[to.Address] {
					return fmt.Errorf("%s: %w", to.Address, errGone)
				}
			}
			m.Header = append(m.Header, tag.Field{Name: "X-Template", Value: m.Source.String()})
			return nil
		},
	}.ParseFS(newsFiles, "*.mail")
	if err != nil {
		panic(err)
	}
	show(set, "ann@example.com", "X-Template")
	show(set, "bob@example.com")
	// Output:
	// envelope: ann@example.com list@example.com
	// X-Template: news.mail:1:1
	// tag: news.mail:1:1: Config.Edit refuses the mail: bob@example.com: the customer has left
}

// On staging, no customer gets mail.
func ExampleRedirectTo() {
	redirect := tag.RedirectTo("staging@acme.example")
	set, err := tag.Config{
		From: "shop@acme.example",
		Edit: func(ctx context.Context, m *tag.Message) error {
			m.Subject = "[staging] " + m.Subject
			return redirect(ctx, m)
		},
	}.ParseFS(newsFiles, "*.mail")
	if err != nil {
		panic(err)
	}
	show(set, "ann@example.com", "To", "Cc", "Subject", "X-Original-To")
	// Output:
	// envelope: staging@acme.example
	// To: staging@acme.example
	// Subject: [staging] News
	// X-Original-To: ann@example.com, list@example.com
}
