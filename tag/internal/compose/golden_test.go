package compose

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the files of testdata/mails anew")

// golden compares got with a file of testdata/mails.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/mails/" + name
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o666))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// A mail as shops send it: its text, and itself with its styles inlined.
func TestOrderMail(t *testing.T) {
	source, err := os.ReadFile("testdata/mails/order.html")
	require.NoError(t, err)
	text, err := textOf(string(source))
	require.NoError(t, err)
	golden(t, "order.txt", text+"\n")
	inlined, err := inlineCSS(string(source))
	require.NoError(t, err)
	golden(t, "order.inlined.html", inlined)
	again, err := textOf(inlined)
	require.NoError(t, err)
	require.Equal(t, text, again)
}
