package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/tag/tagtest"
)

// What the page sends is tested without a server.
func TestTheNewslettersMail(t *testing.T) {
	pages, err := tag.ParseFS(files, "templates/*.html")
	require.NoError(t, err)
	mails := tagtest.New(t)
	mails.Execute(pages, "newsletter.html", sampleNews)

	require.Len(t, mails.Mails(), len(subscribers))
	m := mails.To("bold@example.com")
	require.Equal(t, queue.Bulk, m.Lane)
	m.TextContains("Dear Mr <b>Bold</b>,", "Please mind where you put it.")
	m.HTMLContains("Dear Mr &lt;b&gt;Bold&lt;/b&gt;,", `<!--[if mso]><table`, `src="cid:`+m.Images[0].ContentID)
	m.HasHeader("List-Unsubscribe", "<https://acme.example/leave?who=bold%40example.com>")
	m.HasHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
}
