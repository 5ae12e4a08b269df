package tag_test

import (
	"context"
	"testing/fstest"

	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/txn"
)

const welcomeMail = `From: Acme Shop <shop@acme.example>
To: {{.Name}} <{{.Email}}>
Subject: Welcome, {{.Name}}

Dear {{.Name}}, it is good to have you.
`

// A file whose name ends in .mail is a whole mail, sent from Go code.
func ExampleSet_Send() {
	set, err := tag.ParseFS(fstest.MapFS{"welcome.mail": {Data: []byte(welcomeMail)}}, "*.mail")
	if err != nil {
		panic(err)
	}
	tx := txn.Begin(printer{}) // txn.Handler does this for each request
	ctx := txn.NewContext(context.Background(), tx)
	id, err := set.Send(ctx, "welcome.mail", map[string]string{"Name": "Ann", "Email": "ann@example.com"}, tag.Immediate, tag.Meta("customer", "7"))
	if err != nil {
		panic(err)
	}
	_ = id // by which queue.Queue.Get finds the mail after the commit
	if err := tx.Commit(ctx); err != nil {
		panic(err)
	}
	// Output:
	// to ann@example.com, lane immediate: Welcome, Ann
	// Dear Ann, it is good to have you.
}
