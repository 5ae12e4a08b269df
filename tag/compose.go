package tag

import (
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// write makes a mail of a draft that is complete, of at most maxSize bytes: its
// envelope and its message.
func (d *draft) write(now time.Time, maxSize int) (*queue.Mail, error) {
	from, err := d.from()
	if err != nil {
		return nil, err
	}
	to, err := d.recipients()
	if err != nil {
		return nil, err
	}
	data, err := d.message(maxSize).Bytes()
	if err != nil {
		return nil, err
	}
	notBefore, expires, err := d.times(now)
	if err != nil {
		return nil, err
	}
	return &queue.Mail{
		Envelope:  host.Envelope{Route: d.route, From: d.reversePath(from), To: to, Data: data},
		Lane:      d.lane,
		NotBefore: notBefore, Expires: expires,
		Key: d.key, Once: d.once, Meta: d.meta,
		Subject: d.subject,
	}, nil
}

// message returns the header fields, in which Bcc has none, the parts and the
// files. Boundaries come from the Message-ID, so that a draft has one message.
func (d *draft) message(maxSize int) *compose.Message {
	id := "<" + d.messageID + ">"
	m := &compose.Message{Parts: d.parts, Files: d.files, NoText: d.noText, InlineCSS: d.inlineCSS, Seed: id, MaxSize: maxSize}
	for _, name := range []string{"From", "Sender", "Reply-To", "To", "Cc", "Disposition-Notification-To"} {
		if list := d.addresses[name]; len(list) > 0 {
			m.Fields = append(m.Fields, compose.AddressField(name, list))
		}
	}
	if d.subject != "" {
		m.Fields = append(m.Fields, compose.TextField("Subject", d.subject))
	}
	m.Fields = append(m.Fields,
		compose.RawField("Date", d.date.Format("Mon, 02 Jan 2006 15:04:05 -0700")),
		compose.RawField("Message-ID", id))
	m.Fields = append(m.Fields, d.others()...)
	return m
}

// others returns the headers that are neither addresses nor the subject, with what
// RFC 3834 section 5 asks of a program's mail.
func (d *draft) others() []compose.Field {
	var fields []compose.Field
	automatic := false
	for _, f := range d.fields {
		field := compose.TextField
		if raw(f.Name) {
			field = compose.RawField
		}
		fields = append(fields, field(f.Name, f.Value))
		automatic = automatic || f.Name == "Auto-Submitted"
	}
	if !automatic {
		fields = append(fields, compose.RawField("Auto-Submitted", "auto-generated"))
	}
	return fields
}
