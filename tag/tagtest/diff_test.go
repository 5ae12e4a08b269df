package tagtest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDiff(t *testing.T) {
	numbers := func(from, to int) string {
		var b strings.Builder
		for i := from; i <= to; i++ {
			fmt.Fprintf(&b, "%d\n", i)
		}
		return b.String()
	}
	for _, tt := range []struct{ name, want, got, diff string }{
		{"changed", "a\nb\nc", "a\nx\nc", "    a|  - b|  + x|    c"},
		{"missing", "a\nb\nc", "a\nc", "    a|  - b|    c"},
		{"extra", "a\nc", "a\nb\nc", "    a|  + b|    c"},
		{"moved", "a\nb\nc", "b\nc\na", "  - a|    b|    c|  + a"},
		{"all", "a", "b", "  - a|  + b"},
		{"repeated lines", "a\na\nb", "a\nb", "    a|  - a|    b"},
		{"far apart", numbers(1, 20), strings.Replace(strings.Replace(numbers(1, 20), "2\n", "x\n", 1), "18\n", "y\n", 1),
			"    1|  - 2|  + x|    3|    4|    5|    …|    15|    16|    17|  - 18|  + y|    19|    20"},
		{"a line end too much", "a\n", "a\n\n", "    a|  +"},
		{"a line end at the end", "a", "a\n", "    a|  +"},
		{"lines that end in CRLF", "a\r\nb", "a\r\nc", "    a|  - b|  + c"},
		{"a trailing space", "a", "a ", `  - a|  + "a "`},
		{"a tab", "a b", "a\tb", `  - a b|  + "a\tb"`},
		{"a space that does not break", "a b", "a\u00a0b", `  - a b|  + "a\u00a0b"`},
		{"a zero width space", "ab", "a\u200bb", `  - ab|  + "a\u200bb"`},
		{"letters of all kinds", "é", "ü", "  - é|  + ü"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.diff, strings.ReplaceAll(diff(tt.want, tt.got), "\n", "|"))
		})
	}
}

// Whatever the texts, what stays and is missing is the one, what stays and is extra
// the other.
func FuzzDiff(f *testing.F) {
	f.Add("a\nb\nc", "b\nc\na")
	f.Add("", "\n\n")
	f.Fuzz(func(t *testing.T, want, got string) {
		a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
		var was, is []string
		for _, e := range edits(a, b) {
			if e.sign != '+' {
				was = append(was, e.line)
			}
			if e.sign != '-' {
				is = append(is, e.line)
			}
		}
		require.Equal(t, a, was)
		require.Equal(t, b, is)
	})
}

func TestDiffIsBounded(t *testing.T) {
	text := diff(strings.Repeat("a\n", 5000), strings.Repeat("b\n", 5000))
	require.Equal(t, maxLines, strings.Count(text, "\n"))
	require.True(t, strings.HasSuffix(text, "\n    … and more"))
}
