package tag

import (
	"net/mail"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// A Message is one mail before it is written, for Config.Edit. What a function leaves
// in it is checked by the rules of header lines and words: it can add no second
// header, recipient or part by a value.
//
// Addresses are those of net/mail, whose Address holds a local part without the
// quotes that it needs, as in "ann lee@example.com"; with its quotes, as on the
// wire, it is read too, and kept so where it would be another without them.
type Message struct {
	Source Source // where the mail stands in the templates; changes to it are ignored

	From        mail.Address
	ReplyTo     []mail.Address
	To, Cc, Bcc []mail.Address // 100 different ones together at most
	ReturnPath  string         // the address that hears of failures; "<>": none does; "": From's
	Subject     string
	Header      []Field   // the other headers in order, without those that MailHost writes itself
	Date        time.Time // of the Date header, never zero
	MessageID   string    // left@right, without angle brackets; boundaries come from it, too

	Parts     []Part // the ways to read the mail, each type once
	Files     []File // attachments and images, at most 100
	NoText    bool   // no text/plain part is made from the HTML part
	InlineCSS bool   // style rules of the HTML part move into style attributes

	Lane      queue.Lane
	NotBefore time.Time         // the mail waits until then; zero: not at all, in queue.Bulk for queue.Config.Defer
	Expires   time.Time         // attempts end then, after NotBefore; zero: queue.Config.Lifetime says when
	Key       string            // idempotency, at most 200 bytes; "": none
	Once      bool              // at most once: not sent again when the outcome is uncertain
	Route     string            // at most 100 bytes; "": the default
	Meta      map[string]string // the application's own, 4 KiB together at most; never nil
}

// A Field is a header that has no place of its own in a [Message]: text,
// Message-IDs, or what its RFC says. Sender and Disposition-Notification-To hold
// addresses.
type Field struct {
	Name  string // as a block may write it, in any case
	Value string // one line, not encoded; "": the header is dropped
}

// A Part is one way to read a mail.
type Part struct {
	Type string // text/plain, text/html, text/calendar or text/x-amp-html
	Text string // as it is sent: nothing escapes it any more
}

// A File travels with a mail.
type File struct {
	Name      string // without line breaks and controls; of a path, the last element
	Type      string // such as "text/csv; charset=utf-8"; "": found by name and content
	Data      []byte
	ContentID string // of an image that the HTML part shows as "cid:" and this; "": an attachment
}
