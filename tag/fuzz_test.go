package tag

import (
	"github.com/go-mailhost/mailhost/tag/internal/compose"
	"net/mail"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
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
	set := mustParse(f, files{"page.html": "{{with sendmail}}\nFrom: \"{{.}}\" <shop@acme.example>\nTo: x{{.}} {{.}} <" + victim + ">, Ann <ann@example.com>\n" +
		"Subject: a {{.}}\nX-A: {{.}} b\n\nBegin\n{{.}}\nEnd\n{{end}}"})
	f.Fuzz(func(t *testing.T, value string) {
		_, mails, err := run(set, "page.html", value)
		require.NoError(t, err)
		require.Len(t, mails, 1)
		require.Equal(t, "shop@acme.example", mails[0].Mail.From)
		require.Equal(t, []string{victim, "ann@example.com"}, mails[0].Mail.To)
		got := readMail(t, mails[0].Mail)
		require.Len(t, got.header, 10)
		to := got.addresses(t, "To")
		require.Len(t, to, 2)
		require.Equal(t, []string{victim, "ann@example.com"}, []string{to[0].Address, to[1].Address})
		require.Len(t, got.addresses(t, "From"), 1)
		require.True(t, strings.HasPrefix(got.subject(t), "a"))
		require.True(t, strings.HasPrefix(got.body, "Begin\r\n") && strings.HasSuffix(got.body, "\r\nEnd\r\n"), "%q", got.body)
	})
}

// Whatever a value in an address header is, it is one address that net/mail reads
// back, or an error.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"ann@example.com", "Ann <ann@example.com>", `"Lee, Ann" <"a b"@example.com>`, "a@b, c@d", "<a@b", `"a\"`, "jörg@bücher.example", "a@[127.0.0.1]", "x <y> z", "g:a@b;", ",a@b,"} {
		f.Add(s)
	}
	set := mustParse(f, files{"page.html": "{{with sendmail}}\nFrom: shop@acme.example\nTo: {{.}}\nCc: {{.}}, " + victim + "\n\nx{{end}}"})
	f.Fuzz(func(t *testing.T, value string) {
		_, mails, err := run(set, "page.html", value)
		if err != nil {
			return
		}
		require.Len(t, mails[0].Mail.To, 2-btoi(mails[0].Mail.To[0] == victim))
		got := readMail(t, mails[0].Mail)
		for name, n := range map[string]int{"To": 1, "Cc": 2} {
			list, err := mail.ParseAddressList(got.header.Get(name))
			if strings.Contains(mails[0].Mail.To[0], "@[IPv6:") {
				continue // net/mail does not know them
			}
			require.NoError(t, err, "%q", got.header.Get(name))
			require.Len(t, list, n)
		}
		a, err := compose.ParseAddress(value)
		require.NoError(t, err)
		again, err := compose.ParseAddress(a.String())
		require.NoError(t, err)
		require.Equal(t, a, again)
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Whatever the text of a block, parsing it ends, and what compiles composes a mail
// or fails with an error.
func FuzzBlock(f *testing.F) {
	for _, s := range []string{
		"From: a@b\nTo: {{.}} <c@d>\n\nx", "To: {{range $i, $x := .}}{{if $i}}, {{end}}{{$x}}{{end}}\n", "{{if .}}\nTo: a@b\n{{end}}\n\n{{.}}",
		"To: \"{{.}}\\\" <a@b>\n", "X-A: {{- /* c */ -}} {{.}}\n\n", "  From: a@b\n\tTo: c@d\n  e\n\n", "{{$x := .}}To: {{$x}}",
	} {
		f.Add(s, "Ann")
	}
	f.Fuzz(func(t *testing.T, block, value string) {
		set, err := Config{From: "a@b.example"}.ParseFS(files{"page.html": `{{with sendmail "to" "v@example.com"}}` + block + `{{end}}`}.fs(), "*.html")
		if err != nil || !utf8.ValidString(block) {
			return
		}
		_, mails, err := run(set, "page.html", value)
		if err != nil {
			return
		}
		for _, m := range mails {
			readMail(t, m.Mail)
		}
	})
}
