package compose

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEncodeText(t *testing.T) {
	for text, want := range map[string]string{
		"":           "",
		"plain":      "plain",
		"a=?b":       "=?utf-8?b?YT0/Yg==?=",
		"a  b":       "=?utf-8?b?YSAgYg==?=",
		" a":         "=?utf-8?b?IGE=?=",
		"ä":          "=?utf-8?b?w6Q=?=",
		"a\tb":       "=?utf-8?b?YQli?=",
		"= ? equals": "= ? equals",
	} {
		require.Equal(t, want, encodeText(text, len("Subject")))
	}
}

// RFC 2047 section 2: an encoded word has 75 characters at most; section 5: none
// ends within a character.
func TestEncodedWords(t *testing.T) {
	for _, text := range []string{strings.Repeat("ä", 200), strings.Repeat("😀", 100), strings.Repeat("aä", 99)} {
		for before := range MaxFieldName + 1 {
			for word := range strings.FieldsSeq(encodedWords(text, before)) {
				require.LessOrEqual(t, len(word), 76-len(": ")-before)
			}
		}
	}
}

func TestEncodeAddress(t *testing.T) {
	for name, want := range map[string]string{
		"":         "a@b.example",
		" \t ":     "a@b.example",
		"Ann Lee":  "Ann Lee <a@b.example>",
		"Lee, Ann": `"Lee, Ann" <a@b.example>`,
		`A "B"`:    `"A \"B\"" <a@b.example>`,
		"Ä":        "=?utf-8?b?w4Q=?= <a@b.example>",
	} {
		require.Equal(t, want, encodeAddress(Address{name, mailbox(t, "a@b.example")}, len("To")))
	}
}
