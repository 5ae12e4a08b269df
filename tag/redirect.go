package tag

import (
	"context"
	"fmt"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

const originalTo = "X-Original-To"

// RedirectTo returns a function for Config.Edit that sends all mail to one address,
// for staging:
//
//	set, err := tag.Config{Edit: tag.RedirectTo("staging@acme.example")}.ParseFS(files, "*.html")
//
// The header X-Original-To shows who would have had the mail: the mailboxes of To, Cc
// and Bcc. Where the block wrote that header itself, it is replaced. Cc and Bcc
// are emptied. A key gets a part that tells the recipients apart, so that
// mails which differ in these only all arrive.
//
// List-Unsubscribe, List-Unsubscribe-Post and Disposition-Notification-To get names that
// begin with X-Original-: mail programs and scanners act on them without asking, and
// what they did would be done to a customer. All else stays, so that one sees what
// production sends.
//
// With an address that is none, every mail is refused, and nothing can leave.
//
// To do more than redirect, call it from a function of your own, last, so that it sees
// all recipients:
//
//	redirect := tag.RedirectTo("staging@acme.example")
//	edit := func(ctx context.Context, m *tag.Message) error {
//		m.Subject = "[staging] " + m.Subject
//		return redirect(ctx, m)
//	}
func RedirectTo(address string) func(context.Context, *Message) error {
	to, err := compose.ParseAddress(address)
	if err != nil {
		err = fmt.Errorf("RedirectTo: %w", err)
		return func(context.Context, *Message) error { return err }
	}
	return func(_ context.Context, m *Message) error { return m.redirect(to) }
}

func (m *Message) redirect(to compose.Address) error {
	original, err := m.mailboxes()
	if err != nil {
		return fmt.Errorf("RedirectTo: %w", err)
	}
	m.To, m.Cc, m.Bcc = []mail.Address{netMail(to)}, nil, nil
	m.disarm()
	m.Header = append(m.Header, Field{originalTo, strings.Join(original, ", ")})
	if m.Key != "" {
		m.Key = keyFor(m.Key, original)
	}
	return nil
}

// mailboxes returns the recipients as they go on the wire, each once.
func (m *Message) mailboxes() ([]string, error) {
	d := &draft{addresses: map[string][]compose.Address{}}
	if err := m.readAddresses(d); err != nil {
		return nil, err
	}
	return d.recipients()
}

// acting are the headers on which mail programs act.
var acting = []string{"List-Unsubscribe", "List-Unsubscribe-Post", "Disposition-Notification-To"}

// disarm gives the acting headers names on which no program acts, and takes out what
// stands in the place of X-Original-To.
func (m *Message) disarm() {
	var kept []Field
	for _, f := range m.Header {
		switch name := textproto.CanonicalMIMEHeaderKey(f.Name); {
		case name == originalTo:
		case slices.Contains(acting, name):
			kept = append(kept, Field{"X-Original-" + name, f.Value})
		default:
			kept = append(kept, f)
		}
	}
	m.Header = kept
}

// keyFor returns a key that is another for other recipients. A queue tells mails apart
// by key and recipients, and all redirected mail has the same.
func keyFor(key string, recipients []string) string {
	m := queue.Mail{Envelope: host.Envelope{To: recipients}, Key: key}
	id := m.Identity()
	if len(key)+len(" ")+len(id) > maxKey {
		return id
	}
	return key + " " + id
}
