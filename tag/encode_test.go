package tag

import (
	"mime"
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

// Whatever a header's text is, a reader sees it again, and no line is longer than
// RFC 2047 and RFC 5322 ask.
func TestHeaderTextSurvives(t *testing.T) {
	for name, text := range map[string]string{
		"plain":               "Order 7 confirmed",
		"long plain":          strings.Repeat("word ", 60) + "end",
		"two spaces":          "a  b",
		"umlauts":             "Bestellung für Jörg bestätigt",
		"long umlauts":        strings.Repeat("Bestätigung ", 20) + "!",
		"chinese":             strings.Repeat("你好", 60),
		"emoji":               strings.Repeat("😀", 40),
		"looks encoded":       "=?utf-8?q?=0d=0aBcc:x@evil.test?=",
		"one long word":       strings.Repeat("x", 998),
		"a long word inside":  "a " + strings.Repeat("y", 200) + " b",
		"newline look-alikes": "a\u0085b\u2028c\u2029d",
	} {
		t.Run(name, func(t *testing.T) {
			for _, header := range []string{"Subject", "X-" + strings.Repeat("A", 38)} {
				field := string(foldField(header, encodeText(text, len(header))))
				for line := range strings.SplitSeq(field, "\r\n") {
					require.LessOrEqual(t, len(line), maxEncodedLine)
				}
				got, err := new(mime.WordDecoder).DecodeHeader(unfold(t, field))
				require.NoError(t, err)
				require.Equal(t, text, got)
			}
		})
	}
}

// unfold reads a header field's value as net/mail does.
func unfold(t *testing.T, field string) string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(field + "\r\n"))
	require.NoError(t, err)
	for _, values := range m.Header {
		return values[0]
	}
	return ""
}

func TestAddressesSurvive(t *testing.T) {
	for _, name := range []string{
		"", "Ann", "Ann Lee", "Lee, Ann", `A "B" C`, `back\slash`, "Jörg", "你好", "a@b.example", "<x@y>", "(comment)", "=?utf-8?q?x?=",
		"Dr. Lee", "a  b", strings.Repeat("long name ", 30) + ".", strings.Repeat("ä", 100), `ends with \`, "semi;colon:",
	} {
		for _, mailbox := range []string{"ann@example.com", `"a b"@example.com`, `"a\"b"@example.com`} {
			m, err := host.ParseMailbox(mailbox)
			require.NoError(t, err)
			a := address{name: name, mailbox: m}

			again, err := parseAddresses(joinAddresses([]address{a, a}))
			require.NoError(t, err)
			require.Equal(t, []address{a, a}, again)

			field := string(foldField("To", encodeAddresses([]address{a, a}, len("To"))))
			for line := range strings.SplitSeq(field, "\r\n") {
				require.LessOrEqual(t, len(line), 2*maxEncodedLine, "only an address itself may be long")
			}
			list, err := mail.ParseAddressList(unfold(t, field))
			require.NoError(t, err, field)
			require.Len(t, list, 2)
			require.Equal(t, name, list[1].Name)
		}
	}
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
		list, err := parseAddresses(text)
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
	for _, value := range []any{nil, "", "a", 7, []any{"a@b"}, map[string]string{}, (*mail.Address)(nil), []*mail.Address{nil}, mail.Address{}, mail.Address{Address: "a@b>\r\nX: y"}, []string{"a@b, c@d"}} {
		_, err := addressesOf(value)
		require.Error(t, err, "%#v", value)
	}
}
