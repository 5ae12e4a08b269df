package decode

import (
	"path"
	"strings"
)

const maxName = 200 // bytes of a file's name that are kept

// FileName returns a name under which a file may be saved: without folders and
// without what hides its end; "unnamed" where nothing is left of it.
func FileName(name string) string {
	name = path.Base(strings.ReplaceAll(Clean(name), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r == '\uFFFD' || r == '\n' || r == '\t' {
			return '_'
		}
		return r
	}, name)
	if strings.Trim(name, "./ ") == "" {
		return "unnamed"
	}
	if len(name) > maxName {
		return strings.ToValidUTF8(name[:maxName], "") + "…"
	}
	return name
}
