package tag

import (
	"bytes"
	"maps"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	gomessage "github.com/emersion/go-message/mail"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// Whatever the values, the mail has the headers, recipients and body that the
// template's literal text has.
func FuzzValues(f *testing.F) {
	for _, name := range []string{"header_injection.txt", "smuggling.txt"} {
		for _, row := range corpus(f, name) {
			f.Add(payload(f, row[2]))
		}
	}
	for _, row := range corpus(f, "template_values.txt") {
		f.Add(payload(f, row[1]))
	}
	f.Add(strings.Repeat("\u00fc", 10_000))
	set := mustParse(f, files{
		"page.html": "{{with sendmail \"subject\" (printf \"a %s\" .)}}\nFrom: \"{{.}}\" <shop@acme.example>\nSender: {{template \"name\" .}} <shop@acme.example>\n" +
			"To: x{{.}} {{.}} <" + victim + ">, {{template \"person\" .}}, Ann <ann@example.com>\n{{template \"lines\" .}}\nX-A: {{.}} b {{template \"name\" .}}\n" +
			"X-D: \n\nBegin\n{{.}}\nEnd\n{{end}}",
		"defs.html": `{{define "name"}}N {{.}}{{.}}{{end}}{{define "person"}}{{.}}{{template "name" .}} <p@example.com>{{end}}` +
			"{{define \"lines\"}}\n\nSubject: {{.}}\nComments: c{{.}}\n  {{.}}\nIn-Reply-To: <1@example.com>\n\n{{end}}",
	})
	f.Fuzz(func(t *testing.T, value string) {
		_, mails, err := run(set, "page.html", value)
		if len(value) > 2000 && err != nil { // it stands in the headers a dozen times
			require.ErrorContains(t, err, "the headers of the mail have ")
			return
		}
		require.NoError(t, err)
		require.Len(t, mails, 1)
		want := []string{victim, "p@example.com", "ann@example.com"}
		require.Equal(t, "shop@acme.example", mails[0].Mail.From)
		require.Equal(t, want, mails[0].Mail.To)
		got := readMail(t, mails[0].Mail)
		require.ElementsMatch(t, []string{"From", "Sender", "To", "Subject", "Date", "Message-Id", "Comments", "In-Reply-To", "X-A", "Auto-Submitted", "Mime-Version", "Content-Type", "Content-Transfer-Encoding"}, slices.Collect(maps.Keys(got.header)))
		for i, a := range got.addresses(t, "To") {
			require.Equal(t, want[i], a.Address)
		}
		for name, n := range map[string]int{"To": 3, "From": 1, "Sender": 1} {
			require.Len(t, got.addresses(t, name), n)
		}
		require.True(t, strings.HasPrefix(got.subject(t), "a"))
		require.True(t, strings.HasPrefix(got.body, "Begin\r\n") && strings.HasSuffix(got.body, "\r\nEnd\r\n"), "%q", got.body)
	})
}

// Whatever a value among Message-IDs is, it is one that go-message reads back, or an
// error.
func FuzzMessageID(f *testing.F) {
	for _, row := range corpus(f, "header_injection.txt") {
		f.Add(payload(f, row[2]))
	}
	for _, s := range []string{"<a@b>", "a@b", "a..@[::1]", "<a@b><c@d>", "a@b> <c@d", "@", "<>", "a@b@c", "[@]", "<a@[b]c>"} {
		f.Add(s)
	}
	set := mustParse(f, files{"page.html": "{{with sendmail}}\nFrom: shop@acme.example\nTo: " + victim + "\nIn-Reply-To: {{template \"id\" .}}\n" +
		"References: <1@example.com>{{.}} <{{.}}>\n\nx{{end}}{{define \"id\"}}\n {{.}}\n{{end}}"})
	f.Fuzz(func(t *testing.T, value string) {
		_, mails, err := run(set, "page.html", value)
		if err != nil {
			return
		}
		readMail(t, mails[0].Mail)
		r, err := gomessage.CreateReader(bytes.NewReader(mails[0].Mail.Data))
		require.NoError(t, err)
		id := bareMessageID(value)
		for name, want := range map[string][]string{"In-Reply-To": {id}, "References": {"1@example.com", id, id}} {
			got, err := r.Header.MsgIDList(name)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	})
}

// keyword finds what an action says beside the words of the language: functions can
// make anything of a value.
var keyword = regexp.MustCompile(`(if|else|end|range|with|template|define|block|break|continue|x|y|\$\w*)\b|"[xy]"|/\*.*?\*/`)

func callsFunctions(text string) bool {
	for _, action := range anyAction.FindAllString(text, -1) {
		if strings.ContainsFunc(keyword.ReplaceAllString(action, ""), unicode.IsLetter) {
			return true
		}
	}
	return false
}

var anyAction = regexp.MustCompile(`(?s)\{\{.*?\}\}`)

// Whatever the text of a block and of the templates that it calls, parsing it ends,
// and what compiles composes a mail or fails with an error. The mail has no header and
// no recipient that it does not have with a harmless value.
func FuzzBlock(f *testing.F) {
	for _, s := range []string{
		"From: a@b\nTo: {{.}} <c@d>\n\nx", "To: {{range $i, $x := .}}{{if $i}}, {{end}}{{$x}}{{end}}\n", "{{if .}}\nTo: a@b\n{{end}}\n\n{{.}}",
		"To: \"{{.}}\\\" <a@b>\n", "X-A: {{- /* c */ -}} {{.}}\n\n", "  From: a@b\n\tTo: c@d\n  e\n\n", "{{$x := .}}To: {{$x}}",
		"{{template \"x\" .}}\nSubject: {{.}}\n\n{{.}}", "Cc: {{template \"x\" .}}{{template \"y\" .}} <{{.}}>\n\n", "References: <{{.}}> {{template \"x\" .}}\n\n", "Sender: {{.}}\nX-A: a{{template \"y\" .}}\n\n",
	} {
		for _, called := range []string{"{{.}}", "\nTo: {{.}}\n", ", {{.}} <a@b>", "{{if .}}{{template \"x\"}}, {{end}}{{.}}", "\"{{.}}\" {{template \"y\" .}}"} {
			f.Add(s, called, "Ann")
		}
	}
	f.Fuzz(func(t *testing.T, block, called, value string) {
		page := `{{with sendmail "bcc" "` + victim + `"}}` + block + `{{end}}`
		set, err := Config{From: "a@b.example"}.ParseFS(files{"page.html": page, "defs.html": `{{define "x"}}` + called + `{{end}}{{define "y"}}{{with .}}{{template "x" .}}{{end}}{{end}}`}.fs(), "*.html")
		if err != nil || !utf8.ValidString(block+called) {
			return
		}
		_, mails, err := run(set, "page.html", value)
		if err != nil {
			return
		}
		_, harmless, err := run(set, "page.html", "harmless@example.com")
		for i, m := range mails {
			got := readMail(t, m.Mail)
			if err != nil || value == "" || callsFunctions(block+called) {
				continue
			}
			for name := range got.header {
				require.Contains(t, readMail(t, harmless[i].Mail).header, name)
			}
			require.LessOrEqual(t, len(m.Mail.To), len(harmless[i].Mail.To))
		}
	})
}

// Whatever a function leaves in a mail, the mail has the headers, recipients and parts
// that it set, or there is none.
func FuzzEdit(f *testing.F) {
	for _, name := range []string{"header_injection.txt", "smuggling.txt"} {
		for _, row := range corpus(f, name) {
			f.Add("X-B", payload(f, row[2]))
			f.Add(payload(f, row[2]), "x")
		}
	}
	f.Add("x@y", "text/html")
	set := func(edit func(*Message)) *Set {
		set, err := editing(edit).ParseFS(files{"page.html": "{{with sendmail}}\n" + head + "x{{end}}"}.fs(), "*.html")
		require.NoError(f, err)
		return set
	}
	var a, b string
	places := map[string]*Set{
		"header":      set(func(m *Message) { m.Header = append(m.Header, Field{a, b}) }),
		"subject":     set(func(m *Message) { m.Subject = b }),
		"name":        set(func(m *Message) { m.From.Name, m.To[0].Name = a, b }),
		"from":        set(func(m *Message) { m.From.Address = b }),
		"to":          set(func(m *Message) { m.To[0].Address = b }),
		"bcc":         set(func(m *Message) { m.Bcc = append(m.Bcc, mail.Address{Name: a, Address: b}) }),
		"reply-to":    set(func(m *Message) { m.ReplyTo = append(m.ReplyTo, mail.Address{Name: a, Address: b}) }),
		"return path": set(func(m *Message) { m.ReturnPath = b }),
		"Message-ID":  set(func(m *Message) { m.MessageID = b }),
		"part":        set(func(m *Message) { m.Parts = []Part{{a, b}} }),
		"file":        set(func(m *Message) { m.Files = []File{{Name: a, Type: b}} }),
		"image": set(func(m *Message) {
			m.Parts[0].Type = typeHTML
			m.Files = []File{{Name: a, ContentID: b, Data: []byte(a)}}
		}),
		"labels": set(func(m *Message) { m.Key, m.Route, m.Meta[a] = a, b, b }),
		"redirect": set(func(m *Message) {
			m.Cc = []mail.Address{{Name: a, Address: b}}
			m.Header = append(m.Header, Field{a, b})
			if RedirectTo("staging@acme.example")(f.Context(), m) != nil {
				m.To = nil
			}
		}),
	}
	f.Fuzz(func(t *testing.T, x, y string) {
		a, b = x, y
		for place, set := range places {
			_, mails, err := run(set, "page.html", nil)
			if err != nil {
				continue
			}
			m := mails[0].Mail
			checkEdited(t, place, m)
			if place == "bcc" {
				require.LessOrEqual(t, len(m.To), 2)
				continue
			}
			require.Len(t, m.To, 1)
		}
	})
}

// checkEdited checks that a mail has the headers of its template, and at most one more.
func checkEdited(t *testing.T, place string, m *queue.Mail) {
	t.Helper()
	got := readMail(t, m)
	names := slices.Collect(maps.Keys(got.header))
	usual := []string{"From", "To", "Subject", "Date", "Message-Id", "Auto-Submitted", "Mime-Version", "Content-Type", "Content-Transfer-Encoding"}
	names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(usual, name) })
	switch place {
	case "header":
		require.LessOrEqual(t, len(names), 1)
		require.NotContains(t, []string{"Bcc", "Cc", "Reply-To"}, strings.Join(names, ""))
	case "reply-to":
		require.Equal(t, []string{"Reply-To"}, names)
	case "redirect":
		require.Contains(t, names, "X-Original-To")
		require.LessOrEqual(t, len(names), 2)
		require.Equal(t, []string{"staging@acme.example"}, m.To)
	default:
		require.Empty(t, names, place)
	}
}

// A function that changes nothing leaves the same mail, whatever it holds.
func FuzzEditThatChangesNothing(f *testing.F) {
	for _, row := range corpus(f, "template_values.txt") {
		f.Add(payload(f, row[1]), "ann@example.com")
	}
	for _, row := range corpus(f, "addresses_valid.txt") {
		f.Add("Ann", payload(f, row[1]))
	}
	mail := files{"a.mail": "From: \"{{.a}}\" <x@b.example>\nSender: {{.a}} <{{.b}}>\nTo: {{.a}} <{{.b}}>, \"x {{.a}}\" <c@d.example>\nBcc: {{.b}}\nReply-To: {{.b}}\n" +
		"Subject: {{.a}}\nX-A: {{.a}} b\n\n{{with part `text/html`}}{{.a}}{{end}}{{with part `text/plain`}}{{.a}}{{end}}"}
	plain := mustParse(f, files{"page.html": `{{sendmail "from" "x@b.example" "to" .}}`})
	f.Fuzz(func(t *testing.T, a, b string) {
		if _, _, err := run(plain, "page.html", b); err != nil || len(a) > 2000 {
			return
		}
		want, got := unchanged(t, mail, map[string]any{"a": a, "b": b})
		require.Equal(t, want, got)
	})
}
