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

	// Headers are values of header lines by their names, for mail without a line of
	// that name. From, To, Cc, Bcc and Reply-To cannot be among them, and what a block
	// may not write cannot either. List-Unsubscribe-Post stands beside List-Unsubscribe,
	// and mail with a List-Unsubscribe of its own gets neither. None.
	Headers map[string]string

	// Edit may change each mail before it is written, or refuse it: its error is that
	// of the page or of Send, with the mail's place. It comes behind all words and
	// options, for previews as well, and gets the context of Execute, Send or Compose.
	// What it leaves is checked as what templates write is. Several goroutines may call it at
	// once. It must not send mail of the same set, which would come to it again. None;
	// for staging, [RedirectTo].
	Edit func(ctx context.Context, m *Message) error

	MaxSize int // bytes of a mail as it is sent, 64 MiB (67108864) at most; 0: 25 MiB (26214400)

	Funcs template.FuncMap // the application's functions, for pages and mail; none
	Files fs.FS            // where attach and embed find files by name; the file system of ParseFS
}
