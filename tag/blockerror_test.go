package tag

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The error says where in the template and what, and no more.
func TestErrorOfABlock(t *testing.T) {
	data := map[string]any{"Email": "ann@", "Err": func() (string, error) { return "", errBroken }}
	for block, want := range map[string]string{
		"To: {{.Email}}\n\nx":                     `tag: page.html:3:7: "ann@": host: "ann@" is no mailbox: no domain`,
		"To: a@b.example\nX-A: {{.Typo}}\n\nx":    `tag: page.html:4:8: <.Typo>: map has no entry for key "Typo"`,
		"To: a@b.example\n\n{{template \"t\" .}}": `tag: t.html:2:3: <.Typo>: map has no entry for key "Typo"`,
		"To: {{range 0}}x{{end}}\n\nx":            `tag: page.html:2:8: the mail has no recipient: give it a To, Cc or Bcc line, or the word "to"`,
		"To: a@b.example\n\n{{call .Err}}":        `tag: page.html:5:3: <call .Err>: error calling call: the visitor went away`,
	} {
		set := mustParse(t, files{"page.html": "<p>\n{{with sendmail \"from\" \"a@b.example\"}}\n" + block + "{{end}}", "t.html": "{{define \"t\"}}\n{{.Typo}}{{end}}"})
		_, _, err := execute(t, set, "page.html", data)
		require.EqualError(t, err, want)
		if strings.Contains(block, "call") {
			require.ErrorIs(t, err, errBroken)
		}
	}
}
