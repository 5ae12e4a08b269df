package compose

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever knows the seed, and so the boundaries, still cannot end a part or begin
// another.
func TestBoundariesInContent(t *testing.T) {
	const seed = "<1@acme.example>"
	var attack strings.Builder
	for _, level := range []string{"mixed", "related", "alternative"} {
		for _, end := range []string{"", "--", " ", "--\nContent-Type: text/html\n\n<script>"} {
			attack.WriteString("\n\n--" + boundary(seed, level) + end + "\n")
		}
	}
	text := "a" + attack.String() + "b"
	m := Message{
		Parts: []Part{{"text/plain", text}, {"text/html", text}, {"text/calendar", text}, {"text/x-amp-html", text}},
		Files: []File{{Name: boundary(seed, "mixed"), Data: []byte(text)}, {Name: "--" + boundary(seed, "related"), Data: []byte(text), ContentID: "x"}},
		Seed:  seed,
	}
	data := mustWrite(t, m)
	_, root := readStandard(t, data)
	require.Equal(t, "mixed(related(alternative(text/plain text/x-amp-html text/html text/calendar) text/plain) text/plain)", root.structure())
	require.Equal(t, root, readGoMessage(t, data))
	for _, leaf := range root.leaves() {
		require.Equal(t, text, strings.TrimSuffix(strings.ReplaceAll(leaf.data, "\r\n", "\n"), "\n"))
	}
	for _, level := range []string{"mixed", "related", "alternative"} {
		require.Equal(t, map[string]int{"mixed": 3, "related": 3, "alternative": 5}[level], strings.Count(string(data), "\r\n--"+boundary(seed, level)), level)
	}
}

// RFC 2046 section 5.1.1: 1 to 70 characters, of which a space is not the last.
func TestBoundary(t *testing.T) {
	seen := map[string]bool{}
	for _, seed := range []string{"", "a", "b", "a\x00b", strings.Repeat("long", 1000), "größe\r\n"} {
		for _, level := range []string{"mixed", "related", "alternative"} {
			b := boundary(seed, level)
			require.Regexp(t, `^=_[a-z2-7]{32}$`, b)
			require.False(t, seen[b])
			seen[b] = true
		}
	}
}
