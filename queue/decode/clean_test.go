package decode

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"plain", "Grüße, 你好", "Grüße, 你好"},
		{"lines and tabs", "a\r\n\tb\n", "a\n\tb\n"},
		{"a lone carriage return", "a\rb", "a\uFFFDb"},
		{"control characters", "a\x00\x1b[1m\x7f\u0085", "a\uFFFD\uFFFD[1m\uFFFD\uFFFD"},
		{"changes of direction", "txt.\u202egpj\u2066\u200f", "txt.\uFFFDgpj\uFFFD\uFFFD"},
		{"joined emoji", "👩\u200d🚀", "👩\u200d🚀"},
		{"not UTF-8", "a\xff\xc3", "a\uFFFD\uFFFD"},
		{"markup is left to the template", "<b>", "<b>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, Clean(tt.text))
		})
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\r\nb")
	f.Add("\u202e\x1b[2J\xff")
	f.Add("\xe2\x80")
	f.Fuzz(func(t *testing.T, text string) {
		cleaned := Clean(text)
		require.True(t, utf8.ValidString(cleaned))
		for _, r := range cleaned {
			require.True(t, r == '\n' || r == '\t' || !unicode.In(r, unicode.Cc, unicode.Bidi_Control), "%q", r)
		}
		require.Equal(t, cleaned, Clean(cleaned))
	})
}
