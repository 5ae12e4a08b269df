package host

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCleanText(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "no such user", "no such user"},
		{"spaces", "  a  b\t\tc ", "a b c"},
		{"line breaks", "a\r\nb\u2028c\u0085d", "a b c d"},
		{"bidi", "a\u202eb", "a b"},
		{"invalid", "a\xff\xfeb", "a\uFFFD\uFFFDb"},
		{"long", strings.Repeat("a", 1000), strings.Repeat("a", maxText)},
		{"long controls", strings.Repeat("\x00", 10000) + "a", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { require.Equal(t, test.want, cleanText(test.text)) })
	}
}
