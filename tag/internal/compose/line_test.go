package compose

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "",
		"a b":                 "a b",
		"a\r\nb":              "a b",
		"\r\n\r\n\ta\x00\x7f": " a ",
		"a\xffb":              "a\uFFFDb",
		"a\u0085b\u2028c":     "a\u0085b\u2028c",
	} {
		require.Equal(t, want, Line(text), "%q", text)
	}
}

func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		"":      "",
		"a b":   "a b",
		`a"b`:   `a\"b`,
		`a\`:    `a\\`,
		`\"`:    `\\\"`,
		"größe": "größe",
	} {
		require.Equal(t, want, Quote(text))
	}
}

func TestClip(t *testing.T) {
	require.Equal(t, "short", clip("short"))
	require.Equal(t, strings.Repeat("x", 80), clip(strings.Repeat("x", 80)))
	require.Equal(t, strings.Repeat("x", 80)+"…", clip(strings.Repeat("x", 81)))
	require.Equal(t, strings.Repeat("x", 79)+"…", clip(strings.Repeat("x", 79)+"ä"))
}

func TestCutRunes(t *testing.T) {
	for _, test := range []struct {
		text       string
		n          int
		head, rest string
	}{
		{"", 3, "", ""},
		{"abc", 3, "abc", ""},
		{"abcd", 3, "abc", "d"},
		{"aäö", 3, "aä", "ö"},
		{"aäö", 4, "aä", "ö"},
		{"😀x", 4, "😀", "x"},
	} {
		head, rest := cutRunes(test.text, test.n)
		require.Equal(t, []string{test.head, test.rest}, []string{head, rest}, test.text)
	}
}
