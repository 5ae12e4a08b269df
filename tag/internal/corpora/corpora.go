// Package corpora reads the attack strings that stand in testdata/corpora beside a
// test, each with the verdict that it must get. Only tests use it.
package corpora

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Rows returns the rows of a file, split at tabs. Lines that begin with # are
// comments.
func Rows(t testing.TB, name string) [][]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "corpora", name))
	require.NoError(t, err)
	var rows [][]string
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") && strings.TrimSpace(line) != "" {
			rows = append(rows, strings.Split(strings.TrimRight(line, "\n"), "\t"))
		}
	}
	require.NotEmpty(t, rows)
	return rows
}

// Payload reads a value: a JSON string, hex: bytes, or gen: JSON strings joined by +,
// of which *N repeats the one before it.
func Payload(t testing.TB, s string) string {
	t.Helper()
	if text, ok := strings.CutPrefix(s, "hex:"); ok {
		data, err := hex.DecodeString(text)
		require.NoError(t, err)
		return string(data)
	}
	var out strings.Builder
	for text := strings.TrimPrefix(s, "gen:"); text != ""; text = strings.TrimPrefix(text, "+") {
		d := json.NewDecoder(strings.NewReader(text))
		var part string
		require.NoError(t, d.Decode(&part), s)
		times, rest := repeats(t, text[d.InputOffset():])
		out.WriteString(strings.Repeat(part, times))
		text = rest
	}
	return out.String()
}

// repeats reads the *N that may stand at the beginning of text.
func repeats(t testing.TB, text string) (times int, rest string) {
	t.Helper()
	text, ok := strings.CutPrefix(text, "*")
	if !ok {
		return 1, text
	}
	rest = strings.TrimLeft(text, "0123456789")
	times, err := strconv.Atoi(strings.TrimSuffix(text, rest))
	require.NoError(t, err)
	return times, rest
}
