package compose

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// corpus returns the rows of a corpus file, split at tabs.
func corpus(t testing.TB, name string) [][]string {
	t.Helper()
	data, err := os.ReadFile("testdata/corpora/" + name)
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

// payload reads a corpus value: a JSON string, hex: bytes, or gen: JSON strings
// joined by +, of which *N repeats the one before it.
func payload(t testing.TB, s string) string {
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
		text = text[d.InputOffset():]
		times := 1
		if rest, ok := strings.CutPrefix(text, "*"); ok {
			digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
			var err error
			times, err = strconv.Atoi(digits)
			require.NoError(t, err)
			text = rest[len(digits):]
		}
		out.WriteString(strings.Repeat(part, times))
	}
	return out.String()
}

// payloads returns the values of a corpus.
func payloads(t testing.TB, name string, column int) []string {
	t.Helper()
	var list []string
	for _, row := range corpus(t, name) {
		list = append(list, payload(t, row[column]))
	}
	return list
}
