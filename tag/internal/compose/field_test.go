package compose

import (
	"mime"
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func written(f Field) string { return string(f.appendTo(nil)) }

// unfolded reads a header field's value as net/mail does.
func unfolded(t *testing.T, field string) string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(field + "\r\n"))
	require.NoError(t, err)
	require.Len(t, m.Header, 1)
	for _, values := range m.Header {
		require.Len(t, values, 1)
		return values[0]
	}
	return ""
}

// Whatever a header's text is, a reader sees it again, and no line is longer than
// RFC 2047 and RFC 5322 ask.
func TestTextSurvives(t *testing.T) {
	for name, text := range map[string]string{
		"empty":               "",
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
			for _, header := range []string{"Subject", "X-" + strings.Repeat("A", MaxFieldName-len("X-"))} {
				f := TextField(header, text)
				require.NoError(t, f.check())
				for line := range strings.SplitSeq(written(f), "\r\n") {
					require.LessOrEqual(t, len(line), 76)
				}
				got, err := new(mime.WordDecoder).DecodeHeader(unfolded(t, written(f)))
				require.NoError(t, err)
				require.Equal(t, text, got)
			}
		})
	}
}

func TestTextIsOneTrimmedLine(t *testing.T) {
	require.Equal(t, Field{"Subject", "a Bcc: b@c"}, TextField("Subject", "\r\n a\r\nBcc: b@c\x00 "))
	require.Equal(t, "Subject: \r\n", written(TextField("Subject", " \t ")))
}

func TestAddressesSurvive(t *testing.T) {
	for _, name := range []string{
		"", "Ann", "Ann Lee", "Lee, Ann", `A "B" C`, `back\slash`, "Jörg", "你好", "a@b.example", "<x@y>", "(comment)", "=?utf-8?q?x?=",
		"Dr. Lee", "a  b", strings.Repeat("long name ", 30) + ".", strings.Repeat("ä", 100), `ends with \`, "semi;colon:",
	} {
		for _, spec := range []string{"ann@example.com", `"a b"@example.com`, `"a\"b"@example.com`} {
			a := Address{name, mailbox(t, spec)}
			again, err := ParseAddresses(joined([]Address{a, a}))
			require.NoError(t, err)
			require.Equal(t, []Address{a, a}, again)

			field := written(AddressField("To", []Address{a, a}))
			for line := range strings.SplitSeq(field, "\r\n") {
				require.LessOrEqual(t, len(line), 76)
			}
			list, err := mail.ParseAddressList(unfolded(t, field))
			require.NoError(t, err, field)
			require.Len(t, list, 2)
			require.Equal(t, name, list[1].Name)
		}
	}
}

// An address made by hand cannot end its line either.
func TestAddressNameIsOneLine(t *testing.T) {
	f := AddressField("To", []Address{{"Ann\r\nBcc: c@d", mailbox(t, "a@b.example")}})
	require.Equal(t, "To: \"Ann Bcc: c@d\" <a@b.example>\r\n", written(f))
}

// RFC 6532 section 3.2: a local part beyond ASCII stands as it is.
func TestInternationalAddress(t *testing.T) {
	a := Address{"Jörg", mailbox(t, "jörg@bücher.example")}
	require.True(t, a.Mailbox.NeedsUTF8())
	data := mustWrite(t, Message{Fields: []Field{AddressField("To", []Address{a})}})
	require.Contains(t, string(data), "To: =?utf-8?b?SsO2cmc=?= <jörg@xn--bcher-kva.example>\r\n")
}

func TestFolding(t *testing.T) {
	long := strings.Repeat("x", 60)
	for _, test := range []struct{ value, want string }{
		{"", "X: "},
		{"a b", "X: a b"},
		{long + " " + long + " y", "X: " + long + "\r\n " + long + " y"},
		{long + "  \t" + long, "X: " + long + "\r\n  \t" + long},
		{long + strings.Repeat(" ", 200) + "y", "X: " + long + "\r\n" + strings.Repeat(" ", 200) + "y"},
		{long + long, "X: " + long + long},
		{long + " \t ", "X: " + long},
	} {
		require.Equal(t, test.want+"\r\n", written(RawField("X", test.value)))
	}
	full := strings.Repeat("x", 73)
	require.Equal(t, "X: "+full+" \t \r\n", written(Field{"X", full + " \t "}), "no line of blanks alone")
}

// However long a name is, it is quoted or encoded on lines of 76 at most.
func TestLongNamesFitTheirLine(t *testing.T) {
	for n := range 200 {
		a := Address{strings.Repeat([]string{"x", `"`, `\`}[n%3], n/2) + ".", mailbox(t, "a@b.example")}
		for line := range strings.SplitSeq(written(AddressField("To", []Address{a, a})), "\r\n") {
			require.LessOrEqual(t, len(line), 76)
		}
	}
}

func TestFieldErrors(t *testing.T) {
	for _, test := range []struct {
		field  Field
		reason string
	}{
		{Field{"", "x"}, "is no header name"},
		{Field{strings.Repeat("X", 55), "x"}, "not 1 to 54"},
		{Field{"X Y", "x"}, "is no header name"},
		{Field{"X:", "x"}, "is no header name"},
		{Field{"X\r\nY", "x"}, "is no header name"},
		{Field{"Größe", "x"}, "is no header name"},
		{Field{"Content-type", "x"}, "is written with the parts"},
		{Field{"MIME-version", "1.0"}, "is written with the parts"},
		{Field{"X", "a\r\nBcc: b@c"}, "has a line break or a control"},
		{Field{"X", "a\rb"}, "has a line break or a control"},
		{Field{"X", "a\x00"}, "has a line break or a control"},
		{Field{"X", "a\xff"}, "is not UTF-8"},
		{RawField("X", "a\r\n b"), "has a line break or a control"},
		{RawField("References", "<"+strings.Repeat("x", 998)+">"), "has a word of 1000 bytes"},
		{RawField("X", "a"+strings.Repeat(" ", 998)+"b"), "has a word of"},
	} {
		_, err := (&Message{Fields: []Field{test.field}}).Bytes()
		require.ErrorContains(t, err, test.reason, "%.40q", test.field)
		require.Less(t, len(err.Error()), 400)
	}
	for _, f := range []Field{RawField("X", strings.Repeat("y", 995)), RawField("X", "\ufffd\ta")} {
		mustWrite(t, Message{Fields: []Field{f}})
	}
}
