package tag

import (
	"github.com/go-mailhost/mailhost/tag/internal/compose"
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

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
		list, err := compose.ParseAddresses(text)
		if reason, ok := strings.CutPrefix(want, "error: "); ok {
			require.ErrorContains(t, err, reason, "%.40q", text)
			require.Less(t, len(err.Error()), 600)
			continue
		}
		require.NoError(t, err, "%q", text)
		require.Equal(t, want, joinAddresses(list))
	}
}

func TestAddressTypes(t *testing.T) {
	type email string
	for _, test := range []struct {
		value any
		want  string
	}{
		{"a@b.example", "a@b.example"},
		{email("Ann <a@b.example>"), `"Ann" <a@b.example>`},
		{new("a@b.example"), "a@b.example"},
		{"\x01 a\x1bb\xff <a@b.example>", "\"a b\uFFFD\" <a@b.example>"},
		{mail.Address{Name: "A, B", Address: "a@b.example"}, `"A, B" <a@b.example>`},
		{&mail.Address{Name: "Eve\r\nBcc: x@y", Address: "a@b.example"}, `"Eve Bcc: x@y" <a@b.example>`},
		{mail.Address{Address: "a b@c.example"}, `"a b"@c.example`}, // net/mail has taken the quotes off
		{[]string{"a@b.example", "C <c@d.example>"}, `a@b.example, "C" <c@d.example>`},
		{[]mail.Address{{Address: "a@b.example"}, {Address: "c@d.example"}}, "a@b.example, c@d.example"},
		{[]*mail.Address{{Address: "a@b.example"}}, "a@b.example"},
		{[]string{}, ""},
	} {
		list, err := addressesOf(test.value)
		require.NoError(t, err, "%T", test.value)
		require.Equal(t, test.want, joinAddresses(list))
	}
	for _, value := range []any{nil, "", "a", "a@b,", ", a@b", " ,a@b ", 7, struct{ A string }{"a@b.example"}, new(7), []any{"a@b"}, map[string]string{}, (*mail.Address)(nil), []*mail.Address{nil}, mail.Address{}, mail.Address{Address: "a@b>\r\nX: y"}, []string{"a@b, c@d"}} {
		_, err := addressesOf(value)
		require.Error(t, err, "%#v", value)
	}
}

// A value that is a part of an address cannot end it.
func TestPieceOfAnAddress(t *testing.T) {
	const page = "{{with sendmail}}\nFrom: a@b.example\nTo: {{.}}@example.com\nCc: Ann <{{.}}+x@example.com>\n\nx{{end}}"
	for _, value := range []string{"ann", "ann.lee", "a+b", "jörg"} {
		m := one(t, page, value)
		require.Equal(t, []string{value + "@example.com", value + "+x@example.com"}, m.To)
	}
	for _, b := range "()<>[]:;@\\,\" \t\r\n\x00\x7f" {
		for _, value := range []string{string(b), "x" + string(b), "x@evil.example" + string(b) + "y"} {
			require.Contains(t, failing(t, page, value), "cannot be a part of an address", "%q", value)
		}
	}
	for _, value := range []string{"", ".", "a..b"} {
		failing(t, page, value)
	}
}
