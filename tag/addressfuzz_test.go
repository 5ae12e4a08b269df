package tag

import (
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

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
			if unknownToNetMail(mails[0].Mail) {
				continue
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

// unknownToNetMail reports whether a mail has addresses of RFC 5321 that net/mail does
// not know.
func unknownToNetMail(m *queue.Mail) bool {
	return strings.Contains(string(m.Data), "@[IPv6:") || strings.Contains(string(m.Data), `""@`)
}

// Whatever the values of a typed list are, each is one recipient, or the list is an
// error; and what was written beside it stays.
func FuzzAddressList(f *testing.F) {
	for _, row := range corpus(f, "addresses_valid.txt") {
		f.Add("Ann", payload(f, row[1]))
	}
	for _, row := range corpus(f, "header_injection.txt") {
		f.Add(payload(f, row[2]), "ann@example.com")
		f.Add("Ann", payload(f, row[2]))
	}
	set := mustParse(f, files{"page.html": "{{with sendmail `cc` .}}\nFrom: shop@acme.example\nTo: {{.}}, " + victim + ",\n  {{range .}}{{.}}, {{end}}\nReply-To: {{.}}\n\nx{{end}}"})
	f.Fuzz(func(t *testing.T, name, address string) {
		a := mail.Address{Name: name, Address: address}
		for _, list := range []any{[]string{address, "b@example.com"}, []string{name, address}, []mail.Address{a, a}, []*mail.Address{&a, {Address: "b@example.com"}}} {
			_, mails, err := run(set, "page.html", list)
			if err != nil {
				continue
			}
			m := mails[0].Mail
			require.LessOrEqual(t, len(m.To), 3)
			require.Contains(t, m.To, victim)
			for _, to := range m.To {
				_, err := host.ParseMailbox(to)
				require.NoError(t, err)
			}
			got := readMail(t, m)
			if unknownToNetMail(m) {
				continue
			}
			for header, n := range map[string]int{"To": 5, "Cc": 2, "Reply-To": 2} {
				require.Len(t, got.addresses(t, header), n)
			}
		}
	})
}
