package tag

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/mail"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag/internal/compose"
	"github.com/go-mailhost/mailhost/txn"
)

// editing makes a Config with a function that cannot fail.
func editing(edit func(*Message)) Config {
	return Config{Edit: func(_ context.Context, m *Message) error { edit(m); return nil }}
}

const everything = `{{with sendmail "after" "1h" "expires" "2h" "key" "order-7" "once" "route" "eu" "meta" "order" 7 "return-path" "bounces@acme.example" "unsubscribe" "https://acme.example/u" "no-text" "inline-css"}}
From: Acme Shop <shop@acme.example>
Sender: "Bot, the" <bot@acme.example>
Reply-To: help@acme.example
To: {{.}} <ann@example.com>, "bob lee"@example.com
Cc: carl@bücher.example
Bcc: "dora"@example.com
Disposition-Notification-To: read@acme.example
Subject: Grüße
X-A: ä
References: <a@b> <c@d>
Importance: high

{{with part "text/html"}}<p>Dear {{.}} <img src="{{embed "logo.png"}}"></p>{{end}}
{{attach "a.csv" "type" "text/csv"}}
{{end}}`

// What a function sees is the whole mail, in words of Go.
func TestEditSeesTheMail(t *testing.T) {
	var got Message
	set, err := editing(func(m *Message) { got = *m }).ParseFS(files{"page.html": everything, "logo.png": "\x89PNG", "a.csv": "a,b"}.fs(), "*.html")
	require.NoError(t, err)
	before := time.Now()
	mails, err := set.Compose(context.Background(), "page.html", "Ann <b>")
	require.NoError(t, err)
	require.Len(t, mails, 1)

	require.False(t, got.Date.Before(before) || got.Date.After(time.Now()))
	require.Equal(t, time.Hour, got.NotBefore.Sub(got.Date))
	require.Equal(t, 2*time.Hour, got.Expires.Sub(got.NotBefore))
	require.Regexp(t, `^[a-z2-7]{26}@acme\.example$`, got.MessageID)
	logo := compose.ContentID("logo.png", []byte("\x89PNG"))
	require.Equal(t, Message{
		Source:     Source{Template: "page.html", File: "page.html", Line: 1, Column: 8},
		From:       mail.Address{Name: "Acme Shop", Address: "shop@acme.example"},
		ReplyTo:    []mail.Address{{Address: "help@acme.example"}},
		To:         []mail.Address{{Name: "Ann <b>", Address: "ann@example.com"}, {Address: "bob lee@example.com"}},
		Cc:         []mail.Address{{Address: "carl@xn--bcher-kva.example"}},
		Bcc:        []mail.Address{{Address: `"dora"@example.com`}},
		ReturnPath: "bounces@acme.example",
		Subject:    "Grüße",
		Header: []Field{
			{"Sender", `"Bot, the" <bot@acme.example>`}, {"Disposition-Notification-To", "read@acme.example"},
			{"X-A", "ä"}, {"References", "<a@b> <c@d>"}, {"Importance", "high"},
			{"List-Unsubscribe", "<https://acme.example/u>"}, {"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"},
		},
		Date: got.Date, MessageID: got.MessageID, NotBefore: got.NotBefore, Expires: got.Expires,
		Parts: []Part{{"text/html", `<p>Dear Ann &lt;b&gt; <img src="cid:` + logo + `"></p>`}},
		Files: []File{
			{Name: "logo.png", Type: "image/png", Data: []byte("\x89PNG"), ContentID: logo},
			{Name: "a.csv", Type: "text/csv", Data: []byte("a,b")},
		},
		NoText: true, InlineCSS: true,
		Key: "order-7", Once: true, Route: "eu", Meta: map[string]string{"order": "7"},
	}, got)
	for field, value := range reflect.ValueOf(got).Fields() {
		require.Equal(t, field.Name == "Lane", value.IsZero(), "of all fields, the lane alone is the zero one: %s", field.Name)
	}
}

// unchanged composes a mail template's mail as it is, and as a function leaves it that
// changes nothing.
func unchanged(t testing.TB, f files, data any, options ...Option) (plain, edited *queue.Mail) {
	t.Helper()
	set, err := editing(func(*Message) {}).ParseFS(f.fs(), "*.mail")
	require.NoError(t, err)
	require.NoError(t, set.borrow(context.Background(), func(r *runner) error {
		b := r.templates["a.mail"]
		now := time.Now()
		r.current = &rendering{source: b.Source, maxSize: r.maxSize, frame: frame{outer: map[string]reflect.Value{".": reflect.ValueOf(data)}}}
		d, err := r.draft(b, func(d *draft) error { return d.setOptions(options) }, now)
		require.NoError(t, err)
		plain, err = d.write(now, r.maxSize)
		require.NoError(t, err)
		edited, err = r.writeEdited(d, now)
		return err
	}))
	return plain, edited
}

// All addresses that an envelope can carry come through in every place.
func TestEditThatChangesNothing(t *testing.T) {
	for _, row := range corpus(t, "addresses_valid.txt") {
		var address string
		require.NoError(t, json.Unmarshal([]byte(row[1]), &address))
		if row[0] == "inj-02" {
			continue // host.ParseMailbox refuses > in a quoted local part
		}
		t.Run(row[0], func(t *testing.T) {
			plain, edited := unchanged(t, files{"a.mail": "From: Ann <{{.}}>\nSender: {{.}}\nReply-To: {{.}}, x <{{.}}>\nTo: {{.}}\nCc: \"a, b\" <{{.}}>\nBcc: {{.}}\nDisposition-Notification-To: Ä <{{.}}>\n\nx"}, address)
			require.Equal(t, plain, edited)
			require.Len(t, edited.To, 1)
		})
	}
	for name, text := range map[string]string{
		"quoted and not":   "From: a@b.example\nTo: \"ann\"@b.example, ann@b.example, \"a\\\"n\"@b.example, \"\\\"n\\\"\"@b.example\n\nx",
		"headers":          "From: a@b.example\nTo: c@d.example\nSubject: a\tb  c\nX-A:  a \t b\nX-A: 2\nKeywords: ä\nList-Help: <https://b.example>\t(x)\nIn-Reply-To: <a@b>\n\nx",
		"name with quotes": "From: \"a \\\"b\\\" c\\\\\" <a@b.example>\nSender: \"a \\\"b\\\" c\\\\\" <a@b.example>\nTo: c@d.example\n\nx",
		"parts":            "From: a@b.example\nTo: c@d.example\n\n{{with part `text/html`}}<p>ä{{end}}{{with part `text/plain`}}ä{{end}}{{attach `a.mail`}}{{attach `a.mail`}}",
		"no body":          "From: a@b.example\nTo: c@d.example\n\n",
		"literal domain":   "From: a@[IPv6:2001:db8::7]\nTo: c@[127.0.0.1]\n\nx",
	} {
		t.Run(name, func(t *testing.T) {
			plain, edited := unchanged(t, files{"a.mail": text}, nil)
			require.Equal(t, plain, edited)
		})
	}
}

func TestEditThatChangesNoOption(t *testing.T) {
	mail := files{"a.mail": "From: a@b.example\nTo: c@d.example\n\n{{with part `text/html`}}<style>p { color: red }</style><p>x</p>{{end}}"}
	for name, options := range map[string][]Option{
		"none": nil, "no text": {NoText}, "styles": {InlineCSS}, "return path": {ReturnPath(`"a b"@c.example`)}, "no return path": {ReturnPath("<>")},
		"unsubscribe": {Unsubscribe("https://b.example/u?" + strings.Repeat("x", maxURL-len("https://b.example/u?")))},
	} {
		t.Run(name, func(t *testing.T) {
			plain, edited := unchanged(t, mail, nil, options...)
			require.Equal(t, plain, edited)
			require.Equal(t, name == "styles", strings.Contains(decoded(t, edited).HTML, `style="`), "the test can tell")
		})
	}
}

// Addresses are as net/mail has them, but where its form would be another mailbox.
func TestNetMail(t *testing.T) {
	for address, want := range map[string]string{
		"ann@b.example": "ann@b.example", `"a b"@c.example`: "a b@c.example", `"a\"b"@c.example`: `a"b@c.example`, `"a\\b"@c.example`: `a\b@c.example`,
		`"a@b"@c.example`: "a@b@c.example", `""@c.example`: "@c.example",
		`"ann"@b.example`: `"ann"@b.example`, `"\a b"@c.example`: `"\a b"@c.example`, `"\"a b\""@c.example`: `"\"a b\""@c.example`,
	} {
		a, err := compose.ParseAddress(address)
		require.NoError(t, err)
		got := netMail(a)
		require.Equal(t, want, got.Address)
		again, err := compose.FromNetMail(&got)
		require.NoError(t, err)
		require.Equal(t, a, again)
	}
}

// What the words said comes through as well.
func TestEditThatChangesNoPlan(t *testing.T) {
	now := time.Now()
	hour := time.Hour
	for name, p := range map[string]plan{
		"nothing":   {},
		"immediate": {lane: queue.Immediate},
		"defer":     {lane: queue.Bulk},
		"defer now": {lane: queue.Bulk, at: now.Add(-hour)},
		"after":     {after: &hour, within: hour},
		"at":        {at: now.Add(hour), expires: now.Add(2 * hour)},
		"gone by":   {at: now.Add(-hour), within: hour},
		"labels":    {key: "k", once: true, route: "r", meta: map[string]string{"a": "1", "b": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := compose.ParseAddresses("a@b.example")
			require.NoError(t, err)
			d := &draft{addresses: map[string][]compose.Address{"From": a, "To": a}, date: now, messageID: "x@y", plan: p}
			m, err := d.editable(Source{}, now)
			require.NoError(t, err)
			again, err := m.draft()
			require.NoError(t, err)
			want, err := d.write(now, 0)
			require.NoError(t, err)
			got, err := again.write(now, 0)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

// With its Date and Message-ID a mail is the same, byte for byte, whenever it is
// made.
func TestSameMailSameBytes(t *testing.T) {
	c := editing(func(m *Message) {
		m.Date, m.MessageID = time.Date(2027, 1, 31, 8, 0, 0, 0, time.UTC), "order-7@acme.example"
		m.NotBefore, m.Expires = time.Time{}, time.Time{}
	})
	var first *queue.Mail
	for range 5 {
		set, err := c.ParseFS(files{"page.html": everything, "logo.png": "\x89PNG", "a.csv": "a,b"}.fs(), "*.html")
		require.NoError(t, err)
		mails, err := set.Compose(context.Background(), "page.html", "Ann")
		require.NoError(t, err)
		if first == nil {
			first = mails[0].Mail
		}
		require.Equal(t, first, mails[0].Mail)
	}
	require.Contains(t, string(first.Data), "\r\nDate: Sun, 31 Jan 2027 08:00:00 +0000\r\nMessage-ID: <order-7@acme.example>\r\n")
	require.Equal(t, 2, bytes.Count(first.Data, []byte("Content-Type: multipart/")))
}

// Words and options are said before the function sees the mail.
func TestEditComesLast(t *testing.T) {
	set, err := editing(func(m *Message) {
		require.Equal(t, "option", m.Subject)
		require.Equal(t, queue.Immediate, m.Lane)
		require.Equal(t, []Field{{"X-A", "default"}}, m.Header)
		m.Subject, m.Lane = "edit", queue.Bulk
	}).ParseFS(files{"a.mail": "From: a@b.example\nTo: c@d.example\nSubject: line\n\nx"}.fs(), "*.mail")
	require.NoError(t, err)
	set.current.Load().headers = []headerDefault{{header{"X-A", unstructuredHeader}, "default"}}
	var c committed
	tx := txn.Begin(&c)
	ctx := txn.NewContext(context.Background(), tx)
	_, err = set.Send(ctx, "a.mail", nil, Subject("option"), Immediate)
	require.NoError(t, err)
	require.NoError(t, tx.Commit(ctx))
	require.Equal(t, "edit", c.mails[0].Subject)
	require.Equal(t, queue.Bulk, c.mails[0].Lane)
}

var errRefused = errors.New("no mail on Sundays")

// A mail that a function refuses is an error of its page, at the block's place.
func TestEditRefuses(t *testing.T) {
	type key struct{}
	set, err := Config{Edit: func(ctx context.Context, m *Message) error {
		require.Equal(t, "of this execution", ctx.Value(key{}))
		if m.Subject == "good" {
			return nil
		}
		_, err := mustParse(t, files{"page.html": "{{with sendmail}}\n" + head + "{{.X}}{{end}}"}).Compose(ctx, "page.html", map[string]any{})
		require.ErrorContains(t, err, "page.html:6:3") // which is not the place of this mail
		return errors.Join(errRefused, err)
	}}.ParseFS(files{
		"page.html": "<p>\n {{with sendmail}}\nFrom: a@b.example\nTo: c@d.example\nSubject: {{.}}\n\n{{with part `text/html`}}x{{end}}{{end}}",
		"a.mail":    "From: a@b.example\nTo: c@d.example\nSubject: {{.}}\n\nx",
	}.fs(), "*.html", "*.mail")
	require.NoError(t, err)
	ctx := context.WithValue(context.Background(), key{}, "of this execution")

	for where, call := range map[string]func(context.Context, string) error{
		"page.html:2:9": func(ctx context.Context, subject string) error {
			return set.Execute(ctx, &bytes.Buffer{}, "page.html", subject)
		},
		"a.mail:1:1": func(ctx context.Context, subject string) error {
			_, err := set.Send(ctx, "a.mail", subject)
			return err
		},
	} {
		var c committed
		tx := txn.Begin(&c)
		ctx := txn.NewContext(ctx, tx)
		require.NoError(t, call(ctx, "good"))
		err := call(ctx, "bad")
		require.ErrorIs(t, err, errRefused)
		require.ErrorContains(t, err, "tag: "+where+": Config.Edit refuses the mail: no mail on Sundays")
		require.ErrorIs(t, tx.Commit(ctx), txn.ErrDoomed)
		require.Empty(t, c.mails)
	}
	for name, where := range map[string]string{"page.html": "page.html:2:9", "a.mail": "a.mail:1:1"} {
		_, err := set.Compose(ctx, name, "bad")
		require.ErrorIs(t, err, errRefused)
		require.ErrorContains(t, err, "tag: "+where+": Config.Edit refuses the mail: ")
		mails, err := set.Compose(ctx, name, "good")
		require.NoError(t, err)
		require.Len(t, mails, 1)
	}
}

// A mail that could not be sent without a function does not come to one: staging
// would hide what fails in production.
func TestEditSeesNoBrokenMail(t *testing.T) {
	seen := 0
	c := editing(func(*Message) { seen++ })
	many := make([]string, maxRecipients+1)
	for i := range many {
		many[i] = string(rune('a'+i%26)) + string(rune('a'+i/26)) + "@b.example"
	}
	for name, test := range map[string]struct {
		words string
		data  any
		want  string
	}{
		"no recipient":        {`"to" .`, []string{}, "the mail has no recipient"},
		"too many recipients": {`"to" .`, many, "the mail has more than 100 recipients"},
		"two authors":         {`"to" "a@b.example" "from" .`, []string{"a@b.example", "c@d.example"}, "more than one From"},
		"gone by":             {`"to" "a@b.example" "expires" .`, time.Now().Add(-time.Hour), "before it may be sent"},
	} {
		t.Run(name, func(t *testing.T) {
			page := "{{sendmail \"from\" \"x@b.example\" " + test.words + "}}"
			if name == "two authors" {
				page = "{{sendmail " + test.words + "}}"
			}
			set, err := c.ParseFS(files{"page.html": page}.fs(), "*.html")
			require.NoError(t, err)
			_, err = set.Compose(context.Background(), "page.html", test.data)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "Config.Edit")
			require.Zero(t, seen)
		})
	}
}

// The function's panic is the application's. The set works on.
func TestEditPanics(t *testing.T) {
	set, err := editing(func(m *Message) {
		if m.Subject == "bad" {
			panic(errRefused)
		}
	}).ParseFS(files{"page.html": mailOrFail, "a.mail": "From: a@b.example\nTo: c@d.example\nSubject: {{.}}\n\nx"}.fs(), "*.html", "*.mail")
	require.NoError(t, err)
	for range 3 {
		_, err := set.Compose(context.Background(), "page.html", "bad")
		require.ErrorIs(t, err, errRefused, "text/template makes errors of the panics of what it calls")
		require.PanicsWithError(t, errRefused.Error(), func() { _, _ = set.Compose(context.Background(), "a.mail", "bad") })
		page, mails, err := run(set, "page.html", "good")
		require.NoError(t, err)
		require.Equal(t, "<p>good</p>", string(page))
		require.Len(t, mails, 1)
		mails, err = set.Compose(context.Background(), "a.mail", "good")
		require.NoError(t, err)
		require.Len(t, mails, 1)
	}
}

// A function may use another set.
func TestEditUsesAnotherSet(t *testing.T) {
	other := mustParse(t, files{"page.html": mailOrFail})
	set, err := Config{Edit: func(ctx context.Context, m *Message) error {
		mails, err := other.Compose(ctx, "page.html", m.Subject)
		m.Subject = "again " + mails[0].Mail.Subject
		return err
	}}.ParseFS(files{"page.html": mailOrFail + mailOrFail}.fs(), "*.html")
	require.NoError(t, err)
	mails, err := set.Compose(context.Background(), "page.html", "x")
	require.NoError(t, err)
	require.Len(t, mails, 2)
	require.Equal(t, "again x", mails[1].Mail.Subject)
}
