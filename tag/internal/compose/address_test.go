package compose

import (
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

func joined(list []Address) string {
	texts := make([]string, len(list))
	for i, a := range list {
		texts[i] = a.String()
	}
	return strings.Join(texts, ", ")
}

func TestParseAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "",
		" , ,":                          "",
		"a@b":                           "a@b",
		"a@b,c@d":                       "a@b, c@d",
		"Ann<a@b>":                      `"Ann" <a@b>`,
		"Ann Lee < a@b >, c@d":          `"Ann Lee" <a@b>, c@d`,
		`"Lee, Ann" <a@b>`:              `"Lee, Ann" <a@b>`,
		`"a b"@c`:                       `"a b"@c`,
		`X <"a,b"@c>`:                   `"X" <"a,b"@c>`,
		"a@[127.0.0.1]":                 "a@[127.0.0.1]",
		"Jörg <jörg@bücher.example>":    `"Jörg" <jörg@xn--bcher-kva.example>`,
		"Ann <a@b> c@d":                 "error: follows an address",
		"Ann <a@b":                      "error: a < is not closed",
		`"Ann <a@b>`:                    "error: a quote is not closed",
		"Ann: a@b;":                     "error: ",
		"x@y <a@b>":                     "error: put the name in quotes",
		"a@b (Ann)":                     "error: ",
		"<>":                            "error: ",
		"<@x:a@b>":                      "error: ",
		"a@b c@d":                       "error: ",
		strings.Repeat("(", 100000):     "error: ",
		strings.Repeat("a:", 50000):     "error: ",
		strings.Repeat("a ", 100000):    "error: ",
		"@[" + strings.Repeat("a", 1e5): "error: ",
	} {
		list, err := ParseAddresses(text)
		if reason, ok := strings.CutPrefix(want, "error: "); ok {
			require.ErrorContains(t, err, reason, "%.40q", text)
			require.Less(t, len(err.Error()), 600)
			continue
		}
		require.NoError(t, err, "%q", text)
		require.Equal(t, want, joined(list))
	}
}

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]string{
		"a@b.example":                      "a@b.example",
		"  Ann <a@b.example> ":             `"Ann" <a@b.example>`,
		"\x01 a\x1bb\xff <a@b.example>":    "\"a b\uFFFD\" <a@b.example>",
		"":                                 "error: the address is empty",
		" ":                                "error: the address is empty",
		",":                                "error: a comma too many",
		"a@b,":                             "error: a comma too many",
		" ,a@b":                            "error: a comma too many",
		"a@b, c@d":                         "error: is not one address but 2: a list is a []string",
		"a@b\r\nBcc: c@d":                  "error: it has a line break or a NUL",
		"Ann\n<a@b>":                       "error: it has a line break or a NUL",
		"a@b\x00":                          "error: it has a line break or a NUL",
		"a@b.example\x0b":                  "error: ",
		"\x07a@b.example":                  "error: ",
		"Ann <a@b.example\x7f>":            "error: ",
		"\"\x07\"@b.example":               "error: ",
		"a@b.example \x1f":                 "error: ",
		"Ann <a@b.example> \x1f":           "error: ",
		"\ta@b.example\t ":                 "a@b.example",
		"\"A\x1fB\"\x1f<a@b.example>":      `"A B" <a@b.example>`,
		"a":                                "error: ",
		strings.Repeat("x", 100000) + "\n": "error: it has a line break",
	} {
		a, err := ParseAddress(text)
		if reason, ok := strings.CutPrefix(want, "error: "); ok {
			require.ErrorContains(t, err, reason, "%.40q", text)
			require.Less(t, len(err.Error()), 300)
			continue
		}
		require.NoError(t, err, "%q", text)
		require.Equal(t, want, a.String())
	}
}

func TestFromNetMail(t *testing.T) {
	for _, test := range []struct {
		address mail.Address
		want    string
	}{
		{mail.Address{Name: "A, B", Address: "a@b.example"}, `"A, B" <a@b.example>`},
		{mail.Address{Name: " Eve\r\nBcc: x@y", Address: "a@b.example"}, `"Eve Bcc: x@y" <a@b.example>`},
		{mail.Address{Address: "a b@c.example"}, `"a b"@c.example`}, // net/mail has taken the quotes off
		{mail.Address{Address: `a"b\@c.example`}, `"a\"b\\"@c.example`},
	} {
		a, err := FromNetMail(&test.address)
		require.NoError(t, err)
		require.Equal(t, test.want, a.String())
	}
	for _, address := range []*mail.Address{nil, {}, {Address: "a"}, {Address: "a@b>\r\nX: y"}, {Address: "a\r\n@b"}} {
		_, err := FromNetMail(address)
		require.Error(t, err, "%v", address)
	}
}

func mailbox(t testing.TB, s string) host.Mailbox {
	t.Helper()
	m, err := host.ParseMailbox(s)
	require.NoError(t, err)
	return m
}
