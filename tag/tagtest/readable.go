package tagtest

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"

	"github.com/go-mailhost/mailhost/queue"
)

// String returns the whole mail in a form for people, in which [Mail.Equal] and
// [Mail.Golden] compare:
//
//	From: Acme Shop <shop@acme.example>
//	To: Ann <ann@example.com>
//	Bcc: audit@acme.example
//	Subject: Order 7 confirmed
//	X-Order: 7
//	Lane: immediate
//
//	Dear Ann, we have your order.
//
//	--- text/html
//	<p>Dear Ann, we have your order.</p>
//
//	--- attachment "terms.pdf" application/pdf, 2048 bytes, sha256 9f86d081884c7d65
//
// First come From, Sender, Reply-To, To, Cc, Bcc and Subject, then the other header
// fields in their order. What the envelope and the queue know follows where it is
// not what it always is: Return-Path (not the address of From), Not-Sent-To (in To or
// Cc, but not in the envelope), Lane, Key, Once, Route, Meta. The text body stands
// after a blank line; every other part has a line of its own. Attached text is shown,
// other content by its size and the beginning of its hash.
//
// What differs from run to run is left out: Date, Message-ID, NotBefore, Expires,
// boundaries. So are MIME-Version, Content-Type and the like, and the usual
// "Auto-Submitted: auto-generated".
func (m *Mail) String() string {
	var b strings.Builder
	for _, f := range slices.Concat(m.heading(), m.otherFields(), m.options()) {
		if f.Value != "" {
			fmt.Fprintf(&b, "%s: %s\n", f.Name, f.Value)
		}
	}
	section(&b, "", m.Text)
	section(&b, "--- text/x-amp-html\n", m.AMP)
	section(&b, "--- text/html\n", m.HTML)
	section(&b, "--- text/calendar\n", m.Calendar)
	for _, f := range m.Images {
		section(&b, "", f.readable("image"))
	}
	for _, f := range m.Attachments {
		section(&b, "", f.readable("attachment"))
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func section(b *strings.Builder, title, body string) {
	if body != "" {
		b.WriteString("\n" + title + strings.TrimRight(body, "\n") + "\n")
	}
}

func (m *Mail) heading() []Field {
	return []Field{
		{"From", people(m.From)},
		{"Sender", people(m.Sender)},
		{"Reply-To", people(m.ReplyTo)},
		{"To", people(m.To)},
		{"Cc", people(m.Cc)},
		{"Bcc", strings.Join(m.Bcc, ", ")},
		{"Subject", m.Subject},
	}
}

// unread are the fields that otherFields leaves out: those of the heading, and what
// differs from run to run.
var unread = []string{"From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "MIME-Version"}

func (m *Mail) otherFields() []Field {
	return slices.DeleteFunc(slices.Clone(m.Fields), func(f Field) bool {
		same := func(name string) bool { return strings.EqualFold(name, f.Name) }
		return slices.ContainsFunc(unread, same) || strings.HasPrefix(strings.ToLower(f.Name), "content-") ||
			same("Auto-Submitted") && f.Value == "auto-generated"
	})
}

// options returns what the envelope and the queue know, where it is worth a line.
func (m *Mail) options() []Field {
	var list []Field
	if len(m.From) == 0 || mailbox(m.From[0].Address) != mailbox(m.ReturnPath) {
		list = append(list, Field{"Return-Path", "<" + m.ReturnPath + ">"})
	}
	list = append(list, Field{"Not-Sent-To", strings.Join(without(m.shown(), m.Recipients), ", ")})
	if m.Lane != queue.Normal {
		list = append(list, Field{"Lane", m.Lane.String()})
	}
	list = append(list, Field{"Key", m.Key})
	if m.Once {
		list = append(list, Field{"Once", "yes"})
	}
	list = append(list, Field{"Route", m.Route})
	for _, key := range slices.Sorted(maps.Keys(m.Meta)) {
		list = append(list, Field{"Meta", key + "=" + m.Meta[key]})
	}
	return list
}

func (f File) readable(what string) string {
	title := fmt.Sprintf("--- %s %q %s", what, f.Name, f.Type)
	if strings.HasPrefix(f.Type, "text/") && isText(f.Data) {
		return title + "\n" + strings.ReplaceAll(string(f.Data), "\r\n", "\n")
	}
	return fmt.Sprintf("%s, %d bytes, sha256 %.8x", title, len(f.Data), sha256.Sum256(f.Data))
}

// people writes addresses as a reader would, names as they are but for those that
// would be misread.
func people(list []mail.Address) string {
	all := make([]string, len(list))
	for i, a := range list {
		switch {
		case a.Name == "":
			all[i] = a.Address
		case strings.ContainsAny(a.Name, `"\,;:<>@()[]`):
			all[i] = fmt.Sprintf("%q <%s>", a.Name, a.Address)
		default:
			all[i] = a.Name + " <" + a.Address + ">"
		}
	}
	return strings.Join(all, ", ")
}
