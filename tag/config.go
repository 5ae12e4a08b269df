package tag

import (
	"html/template"
	"io/fs"
)

// Config says how templates are parsed and what their mails have by default. Its
// zero value works.
type Config struct {
	From  string           // the author of mail without a From line: an address, with a name or without; none
	Funcs template.FuncMap // the application's functions, for pages and mail; none
	Files fs.FS            // where attach and embed find files by name; the file system of ParseFS
}
