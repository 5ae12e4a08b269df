package tag

import (
	"context"
	"html/template"
	"io/fs"
)

// Config says how templates are parsed and what their mails have by default. Its
// zero value works. What is wrong in it is the error of ParseFS and New.
type Config struct {
	From    string // the author of mail without a From line: an address, with a name or without; none
	ReplyTo string // where answers go, of mail without a Reply-To line: an address likewise; none

	// Domain is the right side of Message-IDs, such as "acme.example". The domain of
	// the author's address.
	Domain string

	// Headers are the values of header lines by their names, for mail that has no line
	// of the name. They may be what a block may write without values in it, but From, To, Cc,
	// Bcc and Reply-To. List-Unsubscribe-Post goes with the List-Unsubscribe that stands
	// beside it. None.
	Headers map[string]string

	// Edit may change each mail before it is written, or refuse it by an error, which
	// is then that of the page or of Send, and names the mail's place. It runs for
	// previews as well, behind all words and options, with the context given to
	// Execute, Send or Compose, and in several goroutines at once where those do. What it
	// leaves is checked as what templates write. It must not send mail of the same set, which
	// would come to it again. None; see [RedirectTo].
	Edit func(ctx context.Context, m *Message) error

	MaxSize int // bytes of a mail as it is sent, 64 MiB (67108864) at most; 0: 25 MiB (26214400)

	Funcs template.FuncMap // the application's functions, for pages and mail; none
	Files fs.FS            // where attach and embed find files by name; the file system of ParseFS
}
