package tag

import (
	"fmt"
	"maps"
	"net/mail"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// writeEdited makes a mail of a draft that Config.Edit has seen. The draft must be
// right without it: what staging sends, production must be able to send.
func (r *runner) writeEdited(d *draft, now time.Time) (*queue.Mail, error) {
	if _, err := d.recipients(); err != nil {
		return nil, err
	}
	m, err := d.editable(r.current.source, now)
	if err != nil {
		return nil, err
	}
	if err := r.edit(r.ctx, m); err != nil {
		return nil, &blockError{where: r.current.source.String(), what: fmt.Sprintf("Config.Edit refuses the mail: %v", err), err: err}
	}
	if d, err = m.draft(); err != nil {
		return nil, afterEdit(err)
	}
	written, err := d.write(now, r.maxSize)
	if err != nil {
		return nil, afterEdit(err)
	}
	return written, nil
}

func afterEdit(err error) error { return fmt.Errorf("as Config.Edit left it: %w", err) }

// editable returns the draft as Config.Edit sees it.
func (d *draft) editable(source Source, now time.Time) (*Message, error) {
	notBefore, expires, err := d.times(now)
	if err != nil {
		return nil, err
	}
	m := &Message{
		Source:  source,
		From:    netMail(d.addresses["From"][0]),
		ReplyTo: netMails(d.addresses["Reply-To"]),
		To:      netMails(d.addresses["To"]), Cc: netMails(d.addresses["Cc"]), Bcc: netMails(d.addresses["Bcc"]),
		ReturnPath: d.returnPath,
		Subject:    d.subject,
		Header:     d.header(),
		Date:       d.date, MessageID: d.messageID,
		NoText: d.noText, InlineCSS: d.inlineCSS,
		Lane: d.lane, NotBefore: notBefore, Expires: expires,
		Key: d.key, Once: d.once, Route: d.route, Meta: map[string]string{},
	}
	maps.Copy(m.Meta, d.meta)
	for _, p := range d.parts {
		m.Parts = append(m.Parts, Part(p))
	}
	for _, f := range d.files {
		m.Files = append(m.Files, File(f))
	}
	return m, nil
}

// header returns the headers that have no place of their own in a Message.
func (d *draft) header() []Field {
	var list []Field
	for _, name := range []string{"Sender", "Disposition-Notification-To"} {
		if addresses := d.addresses[name]; len(addresses) > 0 {
			list = append(list, Field{name, joinAddresses(addresses)})
		}
	}
	return append(list, d.fields...)
}

func netMails(list []compose.Address) []mail.Address {
	var addresses []mail.Address
	for _, a := range list {
		addresses = append(addresses, netMail(a))
	}
	return addresses
}

// netMail returns an address as net/mail holds it, without the quotes of its local
// part. Where [compose.FromNetMail] would make another mailbox of that, the quotes
// stay: "ann"@example.com, which no one need write, is not ann@example.com to all
// servers.
func netMail(a compose.Address) mail.Address {
	address := mail.Address{Name: a.Name, Address: a.Mailbox.String()}
	if !strings.HasPrefix(a.Mailbox.Local, `"`) {
		return address
	}
	bare := mail.Address{Name: a.Name, Address: unquote(a.Mailbox.Local) + "@" + a.Mailbox.Domain}
	if again, err := compose.FromNetMail(&bare); err == nil && again.Mailbox == a.Mailbox {
		return bare
	}
	return address
}

// unquote takes the quotes off a quoted string (RFC 5322 section 3.2.4).
func unquote(s string) string {
	var b strings.Builder
	for s = s[1 : len(s)-1]; s != ""; s = s[1:] {
		if s[0] == '\\' && len(s) > 1 {
			s = s[1:]
		}
		b.WriteByte(s[0])
	}
	return b.String()
}
