package tag

import (
	"context"
	"fmt"
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// redirected composes the mail of a page that goes to staging@acme.example.
func redirected(t testing.TB, page string, data any) *queue.Mail {
	t.Helper()
	m := configured(t, Config{Edit: RedirectTo("Staging <staging@acme.example>")}, page, data)
	require.Equal(t, []string{"staging@acme.example"}, m.To)
	return m
}

func TestRedirectTo(t *testing.T) {
	m := redirected(t, `{{with sendmail "immediate" "unsubscribe" "https://acme.example/u" "return-path" "bounces@acme.example" "key" "order-7"}}
From: Shop <shop@acme.example>
To: Ann <ann@example.com>, "bob lee"@example.com
Cc: carl@bücher.example, ann@Example.com
Bcc: dora@example.com, emil@example.com
Reply-To: help@acme.example
Disposition-Notification-To: read@acme.example
X-Original-To: nobody@example.com
X-A: a
Subject: s

Body
{{end}}`, nil)
	header, body, _ := strings.Cut(string(m.Data), "\r\n\r\n")
	before, after, _ := strings.Cut(header, "Date: ")
	require.Equal(t, "From: Shop <shop@acme.example>\r\nReply-To: help@acme.example\r\nTo: Staging <staging@acme.example>\r\nSubject: s\r\n", before)
	_, after, _ = strings.Cut(after, "Message-ID: ")
	_, after, _ = strings.Cut(after, "\r\n")
	require.Equal(t, strings.ReplaceAll(`X-Original-Disposition-Notification-To: read@acme.example
X-A: a
X-Original-List-Unsubscribe: <https://acme.example/u>
X-Original-List-Unsubscribe-Post: List-Unsubscribe=One-Click
X-Original-To: ann@example.com, "bob lee"@example.com,
 carl@xn--bcher-kva.example, dora@example.com, emil@example.com
`, "\n", "\r\n"), after[:strings.Index(after, "Auto-Submitted")])
	require.Equal(t, "Body\r\n", body)
	require.Equal(t, "bounces@acme.example", m.Envelope.From)
	require.Equal(t, queue.Immediate, m.Lane)
	require.Regexp(t, "^order-7 [0-9a-f]{64}$", m.Key)
	require.Equal(t, `ann@example.com, "bob lee"@example.com, carl@xn--bcher-kva.example, dora@example.com, emil@example.com`, headerText(t, m, "X-Original-To"))
}

func headerText(t testing.TB, m *queue.Mail, name string) string {
	t.Helper()
	for _, f := range decoded(t, m).Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

func TestRedirectShowsAnyScript(t *testing.T) {
	m := redirected(t, `{{sendmail "from" "a@b.example" "to" "jörg@bücher.example" "bcc" "ann@b.example"}}`, nil)
	require.Equal(t, "jörg@xn--bcher-kva.example, ann@b.example", headerText(t, m, "X-Original-To"))
}

// With as many recipients as a mail can have, the header shows all.
func TestRedirectManyRecipients(t *testing.T) {
	list := make([]mail.Address, maxRecipients)
	var want []string
	for i := range list {
		list[i].Address = fmt.Sprintf("%s%02d@%s.example", strings.Repeat("a", 62), i, strings.Repeat("b", 60))
		want = append(want, list[i].Address)
	}
	for _, word := range []string{"to", "cc", "bcc"} {
		m := redirected(t, `{{sendmail "from" "a@b.example" "`+word+`" . "subject" "s"}}`, list)
		require.Equal(t, strings.Join(want, ", "), headerText(t, m, "X-Original-To"), word)
	}
}

// Mails that differ in their recipients only have the same key and stay different; one
// that comes again is known again.
func TestRedirectKeepsKeysApart(t *testing.T) {
	q, err := queue.Open(queue.Memory(), nil, queue.Config{})
	require.NoError(t, err)
	defer q.Close(context.Background())
	set, err := Config{Edit: RedirectTo("staging@acme.example")}.ParseFS(files{"page.html": `{{range $to := .To}}{{sendmail "from" "a@b.example" "to" $to "key" $.Key}}{{end}}`}.fs(), "*.html")
	require.NoError(t, err)
	for _, key := range []string{"news", strings.Repeat("k", maxKey)} {
		mails, err := set.Compose(context.Background(), "page.html", map[string]any{"Key": key, "To": []string{"a@x.example", "b@x.example", "a@X.example"}})
		require.NoError(t, err)
		var duplicates []bool
		for _, m := range mails {
			require.NoError(t, q.Commit(context.Background(), m.Mail))
			duplicates = append(duplicates, m.Mail.Duplicate)
		}
		require.Equal(t, []bool{false, false, true}, duplicates)
	}
}

func TestRedirectLeavesNoKeyWithoutOne(t *testing.T) {
	require.Empty(t, redirected(t, `{{sendmail "from" "a@b.example" "to" "c@d.example"}}`, nil).Key)
}

// With an address that is none, nothing leaves.
func TestRedirectToNobody(t *testing.T) {
	for _, address := range []string{"", "staging", "a@b.example, c@d.example", "a@b.example\nBcc: c@d.example", "<>"} {
		set, err := Config{Edit: RedirectTo(address)}.ParseFS(files{"page.html": mailOrFail}.fs(), "*.html")
		require.NoError(t, err)
		for range 2 {
			_, mails, err := execute(t, set, "page.html", "x")
			require.ErrorContains(t, err, "page.html:1:6: Config.Edit refuses the mail: RedirectTo: ", address)
			require.Empty(t, mails)
		}
	}
}

// Behind a function that leaves what cannot be sent, it redirects nothing.
func TestRedirectBehindAnother(t *testing.T) {
	for name, test := range map[string]struct {
		edit func(*Message)
		want string
	}{
		"bad recipient": {func(m *Message) { m.Bcc = []mail.Address{{Address: "x"}} }, `RedirectTo: Bcc: host: "x" is no mailbox`},
		"no recipient":  {func(m *Message) { m.To = nil }, "RedirectTo: the mail has no recipient"},
		"too many":      {func(m *Message) { m.Bcc = addressesNumbered(100) }, "RedirectTo: the mail has more than 100 recipients"},
	} {
		t.Run(name, func(t *testing.T) {
			redirect := RedirectTo("staging@acme.example")
			set, err := Config{Edit: func(ctx context.Context, m *Message) error { test.edit(m); return redirect(ctx, m) }}.ParseFS(files{"page.html": mailOrFail}.fs(), "*.html")
			require.NoError(t, err)
			_, err = set.Compose(context.Background(), "page.html", "x")
			require.ErrorContains(t, err, test.want)
		})
	}
}

// A header may be named in any case.
func TestRedirectDisarmsHeadersOfAnyCase(t *testing.T) {
	redirect := RedirectTo("staging@acme.example")
	m := configured(t, Config{Edit: func(ctx context.Context, m *Message) error {
		m.Header = []Field{{"x-original-TO", "x"}, {"LIST-unsubscribe", "<https://acme.example/u>"}, {"X-A", "a"}}
		return redirect(ctx, m)
	}}, mailOrFail, "x")
	got := readMail(t, m).header
	require.Equal(t, []string{"c@d.example"}, got["X-Original-To"])
	require.NotContains(t, got, "List-Unsubscribe")
	require.Equal(t, []string{"<https://acme.example/u>"}, got["X-Original-List-Unsubscribe"])
	require.Contains(t, got, "X-A")
}

// Redirected to an address with a quoted local part, it goes there.
func TestRedirectToQuoted(t *testing.T) {
	for _, address := range []string{`"a b"@c.example`, `"ann"@c.example`, "jörg@c.example"} {
		m := configured(t, Config{Edit: RedirectTo(address)}, mailOrFail, "x")
		require.Equal(t, []string{address}, m.To)
	}
}
