package tag

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

const welcome = `{{/* The first mail of every customer. */}}
From: Acme Shop <shop@acme.example>
To: {{.Name}} <{{.Email}}>
Subject: Welcome, {{$.Name}}

{{with part "text/plain"}}
Dear {{.Name}}{{template "sign"}}
{{end}}
{{with part "text/html"}}
<p>Dear {{.Name}}{{template "sign"}}</p>
{{end}}`

func mailSet(t testing.TB, f files) *Set {
	t.Helper()
	f["sign.html"] = `{{define "sign"}}, & so on{{end}}`
	set, err := ParseFS(f.fs(), "*.mail", "*.html")
	require.NoError(t, err)
	return set
}

func TestSend(t *testing.T) {
	set := mailSet(t, files{"welcome.mail": welcome})
	var c committed
	tx := txn.Begin(&c)
	ctx := txn.NewContext(context.Background(), tx)
	id, err := set.Send(ctx, "welcome.mail", customer{"Ann <b>", "ann@example.com"})
	require.NoError(t, err)
	require.Empty(t, c.mails, "the mail waits for the commit")
	require.NoError(t, tx.Commit(ctx))
	require.Len(t, c.mails, 1)
	require.Equal(t, id, c.mails[0].ID)
	d := decoded(t, c.mails[0])
	require.Equal(t, "Welcome, Ann <b>", d.Subject)
	require.Equal(t, "Dear Ann <b>, & so on\n", d.Text)
	require.Equal(t, "<p>Dear Ann &lt;b&gt;, & so on</p>\n", d.HTML)
}

// The id is the one by which the queue knows the mail.
func TestSendReturnsTheQueuesID(t *testing.T) {
	store := queue.Memory()
	q, err := queue.Open(store, nil, queue.Config{})
	require.NoError(t, err)
	defer q.Close(context.Background())
	tx := txn.Begin(q)
	ctx := txn.NewContext(context.Background(), tx)
	id, err := mailSet(t, files{"welcome.mail": welcome}).Send(ctx, "welcome.mail", &customer{"Ann", "ann@example.com"})
	require.NoError(t, err)
	require.NoError(t, tx.Commit(ctx))
	got, err := q.Get(ctx, id)
	require.NoError(t, err)
	require.Equal(t, "Welcome, Ann", got.Subject)
}

func TestSendFails(t *testing.T) {
	set := mailSet(t, files{"welcome.mail": welcome, "page.html": "<p>"})
	for name, test := range map[string]struct {
		mail string
		data any
		want string
	}{
		"no such mail":  {"nope.mail", nil, `tag: there is no mail template "nope.mail"`},
		"a page":        {"page.html", nil, `tag: there is no mail template "page.html"`},
		"bad address":   {"welcome.mail", customer{"Ann", "ann"}, `tag: welcome.mail:3:18: `},
		"no data":       {"welcome.mail", nil, `tag: welcome.mail:3:`},
		"error in HTML": {"welcome.mail", map[string]string{"Name": "x"}, `map has no entry for key "Email"`},
	} {
		t.Run(name, func(t *testing.T) {
			var c committed
			tx := txn.Begin(&c)
			ctx := txn.NewContext(context.Background(), tx)
			id, err := set.Send(ctx, test.mail, test.data)
			require.ErrorContains(t, err, test.want)
			require.Empty(t, id)
			require.ErrorIs(t, tx.Commit(ctx), txn.ErrDoomed)
			require.Empty(t, c.mails)
		})
	}
	_, err := set.Send(context.Background(), "welcome.mail", customer{"Ann", "ann@example.com"})
	require.ErrorIs(t, err, txn.ErrNoTxn)
}

// A mail template is no page, and no page calls one.
func TestMailTemplatesStayApart(t *testing.T) {
	set := mailSet(t, files{"welcome.mail": welcome})
	_, _, err := execute(t, set, "welcome.mail", customer{"Ann", "ann@example.com"})
	require.ErrorContains(t, err, `"welcome.mail" is a mail template: send it with Set.Send`)

	for page, want := range map[string]string{
		`<p>{{template "welcome.mail" .}}</p>`:                                    `page.html:1:15: a page calls the mail template "welcome.mail"`,
		"{{with sendmail}}\n" + head + `{{template "welcome.mail" .}}{{end}}`:     `page.html:6:12: a mail calls the mail template "welcome.mail"`,
		"{{with sendmail}}\nFrom: a@b\n{{template `welcome.mail` .}}\n\nx{{end}}": `page.html:3:12: a mail calls the mail template "welcome.mail"`,
	} {
		fsys := files{"page.html": page, "welcome.mail": welcome, "sign.html": `{{define "sign"}}{{end}}`}.fs()
		_, err := ParseFS(fsys, "*.html", "*.mail")
		require.ErrorContains(t, err, want, page)
	}
}

// A mail template is analysed like a block.
func TestMistakesInMailTemplates(t *testing.T) {
	for text, want := range map[string]string{
		"Subject: x\n\nx":                   "a.mail:1:1: the mail has no From",
		"From: a@b.example\nTo c@d\n\nx":    "a.mail:2:3: the header line \"To\" has no colon",
		"":                                  "a.mail:1:1: the mail has no From",
		"From: a@b.example\n\n{{sendmail}}": "a.mail:3:3: a sendmail block stands inside a sendmail block",
		"From: a@b.example\n\n{{.X}}{{with part \"text/html\"}}{{end}}": "a.mail:3:3: text stands beside the parts of a mail",
		"From: a@b.example\n\n{{break}}":                                "a.mail:3:3: {{break}} outside {{range}}",
	} {
		_, err := ParseFS(fstest.MapFS{"a.mail": {Data: []byte(text)}}, "*.mail")
		require.ErrorContains(t, err, want, text)
	}
}

// A mail whose recipients come from Go has none in its text.
func TestMailTemplatePlain(t *testing.T) {
	set := mailSet(t, files{"note.mail": "\ufeffFrom: a@b.example\r\nTo: {{.}}\r\nSubject: s\r\n\r\nText {{.}}\r\n"})
	mails, err := set.Compose(context.Background(), "note.mail", "c@d.example")
	require.NoError(t, err)
	require.Len(t, mails, 1)
	require.Equal(t, Source{Template: "note.mail", File: "note.mail", Line: 1, Column: 1}, mails[0].Source)
	require.Equal(t, "Text c@d.example\n", decoded(t, mails[0].Mail).Text)
	require.Equal(t, host.Envelope{From: "a@b.example", To: []string{"c@d.example"}}.To, mails[0].Mail.To)
	require.Contains(t, set.Mails(), mails[0].Source)
}

// Mail templates that are defined in a file stand where they begin.
func TestMailTemplatesOfOneFile(t *testing.T) {
	text := "{{define \"a.mail\"}}From: a@b.example\n\nx{{end}}\n{{define \"b.mail\"}}\nFrom: a@b.example\n\nx{{end}}"
	set, err := ParseFS(files{"mails.html": text}.fs(), "*.html")
	require.NoError(t, err)
	require.Equal(t, []Source{{"a.mail", "mails.html", 1, 20}, {"b.mail", "mails.html", 4, 20}}, set.Mails())

	_, err = ParseFS(files{"mails.html": strings.ReplaceAll(text, "From", "Cc")}.fs(), "*.html")
	requireMistakes(t, []string{`mails.html:1:20: the mail has no From [ErrNoFrom]`, `mails.html:4:20: the mail has no From [ErrNoFrom]`}, err)
}
