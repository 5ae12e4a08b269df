package tag

import (
	"net/mail"
	"testing"

	"github.com/stretchr/testify/require"
)

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
