package decode

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFileNames(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"terms.pdf", "terms.pdf"},
		{"Über uns.pdf", "Über uns.pdf"},
		{"../../etc/passwd", "passwd"},
		{`C:\Windows\x.exe`, "x.exe"},
		{"invoice\u202efdp.exe", "invoice_fdp.exe"},
		{"a\r\nX-Evil: 1", "a_X-Evil: 1"},
		{"a\x00\x7fb", "a__b"},
		{`"quoted"; x=y`, `"quoted"; x=y`},
		{"..", "unnamed"},
		{"", "unnamed"},
		{" ", "unnamed"},
		{"\xff.pdf", "_.pdf"},
		{strings.Repeat("x", 300), strings.Repeat("x", 200) + "…"},
	} {
		require.Equal(t, tt.want, FileName(tt.name))
	}
}
