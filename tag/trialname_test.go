package tag

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A template may have any name: what is made of templates is named unlike all of them.
func TestNamesOfTemplates(t *testing.T) {
	for _, name := range []string{"mail 1", "mail 2", "mail 3", "mail trial"} {
		set := files{"page.html": `{{define "` + name + `"}}<a href="{{.}}{{end}}` + shopMail(toVictim+"\n{{with part \"text/html\"}}{{template \""+name+"\" .}}{{end}}")}
		_, err := ParseFS(set.fs(), "*.html")
		require.ErrorContains(t, err, "[ErrHTML]", name)
	}
}
