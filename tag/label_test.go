package tag

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What stands beside a mail in the queue is plain text, and bounded where the queue
// bounds it.
func TestLabels(t *testing.T) {
	for words, want := range map[string]string{
		`"key" .Break`: `the key "a\nb" has a control character`, `"key" .Bytes`: `the key "\xff" is not UTF-8`, `"key" .Blank`: "the key is empty",
		`"route" .Break`: `the route "a\nb" has a control character`, `"route" .Bytes`: `the route "\xff" is not UTF-8`, `"route" .Blank`: "the route is empty",
		`"key" .K201`: "the key has 201 bytes: use at most 200", `"route" .R101`: "the route has 101 bytes: use at most 100",
		`"meta" "k" .M4096`: "the values of meta have 4097 bytes with their keys: use at most 4096",
	} {
		require.Contains(t, failing(t, "{{sendmail "+fromTo+" "+words+"}}", labels), want, words)
	}
	m := one(t, "{{sendmail "+fromTo+` "key" .K200 "route" .R100 "meta" "k" .M4095}}`, labels)
	require.Len(t, m.Key, 200)
	require.Len(t, m.Route, 100)
	require.Len(t, m.Meta["k"], 4095)
}

var labels = map[string]any{
	"Break": "a\nb", "Bytes": "\xff", "Blank": " \t", "K200": strings.Repeat("k", 200), "K201": strings.Repeat("k", 201), "R100": strings.Repeat("r", 100), "R101": strings.Repeat("r", 101),
	"M4095": strings.Repeat("m", 4095), "M4096": strings.Repeat("m", 4096),
}

func TestMistakesInLabels(t *testing.T) {
	for words, want := range map[string]string{
		`"key" "a\nb"`:               `page.html:1:58: the key "a\nb" has a control character [ErrWrongValue]`,
		`"route" "\xff"`:             `page.html:1:60: the route "\xff" is not UTF-8 [ErrWrongValue]`,
		`"meta" "a\x00" .V`:          `page.html:1:59: the key of meta "a\x00" has a control character [ErrWrongValue]`,
		`"text" "x" "no-text"`:       `page.html:1:63: "no-text" contradicts the word "text" [ErrContradiction]`,
		`"immediate" "once" "defer"`: `page.html:1:71: "defer" contradicts the word "immediate" [ErrContradiction]`,
	} {
		require.Equal(t, []string{want}, mistakesIn(t, "{{sendmail "+fromTo+" "+words+"}}"))
	}
}
