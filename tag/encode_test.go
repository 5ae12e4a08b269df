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
		"many spaces":         "a" + strings.Repeat(" ", 2000) + "b",
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
					require.LessOrEqual(t, len(line), 76)
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
				require.LessOrEqual(t, len(line), 2*76, "only an address itself may be long")
			}
			list, err := mail.ParseAddressList(unfold(t, field))
			require.NoError(t, err, field)
			require.Len(t, list, 2)
			require.Equal(t, name, list[1].Name)
		}
	}
}
