package compose

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTransferEncoding(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"empty":             {"", "7bit"},
		"ASCII":             {"Dear Ann,\nwe have your order.\tThanks", "7bit"},
		"a line of 78":      {strings.Repeat("x", 78), "7bit"},
		"a line of 79":      {strings.Repeat("x", 79), "quoted-printable"},
		"long lines":        {strings.Repeat("word ", 1000) + ".", "quoted-printable"},
		"some umlauts":      {"Sehr geehrte Frau Müller, wir haben Ihre Bestellung.", "quoted-printable"},
		"chinese":           {"我们收到了您的订单。", "base64"},
		"control":           {"a page\x0bthat breaks", "quoted-printable"},
		"one endless line":  {strings.Repeat("x", 1<<20), "quoted-printable"},
		"delete":            {"a page\x7fthat breaks", "quoted-printable"},
		"like a boundary":   {"a\n--=_b", "quoted-printable"},
		"dots and mbox":     {".\n..\nFrom a\n.", "7bit"},
		"trailing blanks":   {"a \nb\t\n\nc", "7bit"},
		"as long as it can": {strings.Repeat("é", 100_000), "base64"},
	} {
		t.Run(name, func(t *testing.T) {
			data := mustWrite(t, Message{Parts: []Part{{"text/plain", test.text}}})
			for _, root := range []*node{readGoMessage(t, data), second(readStandard(t, data))} {
				require.Equal(t, test.want, root.encoding)
				require.Equal(t, test.text, strings.TrimSuffix(strings.ReplaceAll(root.data, "\r\n", "\n"), "\n"))
			}
			for line := range bytes.Lines(data) {
				require.LessOrEqual(t, len(line), 80)
			}
		})
	}
}

func second[A, B any](_ A, b B) B { return b }

func TestCleanText(t *testing.T) {
	for text, want := range map[string]string{
		"":                   "",
		" \r\n\t\n":          "",
		"a":                  "a\r\n",
		"a\nb\r\nc\rd\r\r\n": "a\r\nb\r\ncd\r\n",
		"a\r\n\r\n\r\nb\n\n": "a\r\n\r\n\r\nb\r\n",
		"a\x00b\xffc":        "ab\uFFFDc\r\n",
		"\n\na ":             "\r\n\r\na\r\n",
	} {
		require.Equal(t, want, cleanText(text), "%q", text)
		require.Equal(t, want, cleanText(want), "a second time changes nothing")
	}
}

// The bodies of the corpus try to end the data, or to be another mail.
func TestSmuggling(t *testing.T) {
	for _, row := range corpus(t, "smuggling.txt") {
		text := payload(t, row[2])
		for _, kind := range []string{"text/plain", "text/html"} {
			m := Message{Parts: []Part{{kind, text}}, NoText: true}
			_, root := readStandard(t, mustWrite(t, m))
			require.Equal(t, cleanText(text), root.data, row[0])
			require.Empty(t, root.parts)
		}
	}
}
