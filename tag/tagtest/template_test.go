package tagtest

import (
	"context"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/txn"
)

// set has a page and a mail template that use all that package tag offers.
func set(t *testing.T) *tag.Set {
	t.Helper()
	set, err := tag.ParseFS(fstest.MapFS{
		"order.html": {Data: []byte(`<h1>Thank you</h1>
{{- with sendmail "immediate" "key" .Key "meta" "order" .Order "bcc" "audit@acme.example" "return-path" "bounces@acme.example" "unsubscribe" .Leave}}
From: Acme Shop <shop@acme.example>
To: {{.Name}} <{{.Email}}>
Subject: Order {{.Order}} confirmed
X-Order: {{.Order}}

{{with part "text/plain"}}Dear {{.Name}}, follow {{.Link}} to confirm.{{end}}
{{with part "text/html"}}<p>Dear {{.Name}}, <a href="{{.Link}}">confirm</a> <img src="{{embed "logo.png"}}" alt="Acme"></p>{{end}}
{{attach "terms.pdf"}}
{{attach "items.csv" .Items}}
{{end}}`)},
		"welcome.mail": {Data: []byte("From: shop@acme.example\nTo: {{.}}\nSubject: Welcome\n\nHello {{.}}.\n")},
		"terms.pdf":    {Data: []byte("%PDF-1.7\x00")},
		"logo.png":     {Data: []byte("\x89PNG\r\n\x1a\n")},
	}, "*.html", "*.mail")
	require.NoError(t, err)
	return set
}

func TestMailOfATemplate(t *testing.T) {
	r := New(t)
	r.Execute(set(t), "order.html", map[string]any{
		"Name": "Zoë & Lee", "Email": "zoe@example.com", "Order": "7", "Key": "order-7", "Leave": "https://acme.example/leave",
		"Link": "https://acme.example/confirm?order=7&by=mail", "Items": []byte("hole,2\n"),
	})
	m := r.One()
	m.Golden("testdata/template.golden")
	require.Equal(t, "https://acme.example/confirm?order=7&by=mail", m.Link("confirm"), "in text and HTML the same")
	m.GoesTo("zoe@example.com", "audit@acme.example")
	m.HasAttachment("terms.pdf", []byte("%PDF-1.7\x00"))
	require.Equal(t, "image/png", m.Images[0].Type)
	m.HTMLContains(`src="cid:`+m.Images[0].ContentID+`"`, "Zoë &amp; Lee")
	require.WithinDuration(t, time.Now(), m.Date, time.Minute)
	require.NotEmpty(t, m.MessageID)
}

func TestMailSentFromCode(t *testing.T) {
	r, set := New(t), set(t)
	var id string
	require.NoError(t, r.Run(func(ctx context.Context) (err error) {
		id, err = set.Send(ctx, "welcome.mail", "ann@example.com", tag.Defer, tag.Once, tag.Route("eu"))
		return err
	}))
	m := r.One()
	require.Equal(t, id, m.ID)
	require.Equal(t, queue.Bulk, m.Lane)
	m.Equal(`
		From: shop@acme.example
		To: ann@example.com
		Subject: Welcome
		Lane: bulk
		Once: yes
		Route: eu

		Hello ann@example.com.`)

	err := r.Run(func(ctx context.Context) error {
		_, _ = set.Send(ctx, "welcome.mail", "no address") // a handler that forgets its error
		return nil
	})
	require.ErrorIs(t, err, txn.ErrDoomed)
	r.One()
}

// Mail that Compose made can be looked at too.
func TestReadOfAComposedMail(t *testing.T) {
	mails, err := set(t).Compose(t.Context(), "welcome.mail", "ann@example.com")
	require.NoError(t, err)
	Read(t, mails[0].Mail).HasSubject("Welcome")
}
