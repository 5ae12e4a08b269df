package decode

import (
	"mime"
	"net/mail"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/charset"
)

var (
	words     = &mime.WordDecoder{CharsetReader: charset.Reader}
	addresses = mail.AddressParser{WordDecoder: words}
)

// readFields decodes the header of the whole message.
func (m *Message) readFields(h message.Header) {
	for fields := h.Fields(); fields.Next(); {
		m.Fields = append(m.Fields, Field{nameOf(fields), m.text(fields.Key(), fields.Value())})
	}
	m.From = m.addresses(h, "From")
	m.Sender = m.addresses(h, "Sender")
	m.ReplyTo = m.addresses(h, "Reply-To")
	m.To = m.addresses(h, "To")
	m.Cc = m.addresses(h, "Cc")
	m.Subject = m.text("Subject", h.Get("Subject"))
	m.MessageID = strings.Trim(h.Get("Message-Id"), "<> \t")
	m.readDate(h.Get("Date"))
}

// nameOf returns a field's name as it was written: Message-ID, not Message-Id.
func nameOf(f message.HeaderFields) string {
	raw, err := f.Raw()
	if err != nil {
		return f.Key()
	}
	name, _, _ := strings.Cut(string(raw), ":")
	return strings.Trim(name, " \t\r\n")
}

// text decodes the encoded words of a value (RFC 2047).
func (m *Message) text(name, value string) string {
	text, err := words.DecodeHeader(value)
	if err != nil {
		m.problem("the header %s cannot be decoded: %v", name, err)
		text = value
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// addresses reads all fields of the name together. RFC 5322 section 3.6 wants one
// at most, but a reader wants to see them all.
func (m *Message) addresses(h message.Header, name string) []mail.Address {
	var all []mail.Address
	for _, value := range h.Values(name) {
		if strings.TrimSpace(value) == "" {
			continue
		}
		list, err := addresses.ParseList(value)
		if err != nil {
			m.problem("the header %s cannot be read: %s", name, strings.TrimPrefix(err.Error(), "mail: "))
		}
		for _, a := range list {
			all = append(all, *a)
		}
	}
	return all
}

func (m *Message) readDate(value string) {
	if value == "" {
		return
	}
	var err error
	if m.Date, err = mail.ParseDate(value); err != nil {
		m.problem("the header Date cannot be read: %q is no date", value)
	}
}
