package tag

import (
	"errors"
	"fmt"
	"net/mail"
	"time"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// draft returns the draft that a message is. Nothing in it is trusted: it is read as
// header lines and words are.
func (m *Message) draft() (*draft, error) {
	d := &draft{
		addresses: map[string][]compose.Address{},
		subject:   m.Subject,
		noText:    m.NoText, inlineCSS: m.InlineCSS,
		date: m.Date, messageID: m.MessageID,
		plan: plan{lane: m.Lane, at: m.NotBefore, expires: m.Expires, once: m.Once},
	}
	for _, p := range m.Parts {
		d.parts = append(d.parts, compose.Part(p))
	}
	for _, f := range m.Files {
		d.files = append(d.files, compose.File(f))
	}
	for _, read := range []func(*draft) error{m.readAddresses, m.readHeader, m.readPlan, m.readLabels} {
		if err := read(d); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (m *Message) readAddresses(d *draft) error {
	var from []mail.Address
	if m.From != (mail.Address{}) {
		from = []mail.Address{m.From}
	}
	for _, list := range []struct {
		header    string
		addresses []mail.Address
	}{{"From", from}, {"Reply-To", m.ReplyTo}, {"To", m.To}, {"Cc", m.Cc}, {"Bcc", m.Bcc}} {
		var err error
		if d.addresses[list.header], err = addressesOf(list.addresses); err != nil {
			return fmt.Errorf("%s: %w", list.header, err)
		}
	}
	if m.ReturnPath == "" {
		return nil
	}
	if err := d.setReturnPath("", m.ReturnPath); err != nil {
		return fmt.Errorf("ReturnPath: %w", err)
	}
	return nil
}

// messageFields are the headers that have a place of their own in a Message.
var messageFields = map[string]string{
	"From": "From", "Reply-To": "ReplyTo", "To": "To", "Cc": "Cc", "Bcc": "Bcc", "Subject": "Subject",
}

func (m *Message) readHeader(d *draft) error {
	if hasControl(m.Subject) {
		return fmt.Errorf("the Subject %q has a line break or a control character: take it out", clip(m.Subject))
	}
	for _, f := range m.Header {
		h, err := parseField(f.Name, f.Value)
		if err != nil {
			return err
		}
		if own := messageFields[h.name]; own != "" {
			return fmt.Errorf("the header %s stands in Message.Header: set Message.%s", h.name, own)
		}
		if err := d.line(h, f.Value); err != nil {
			return err
		}
	}
	return nil
}

// The years of a Date header (RFC 5322 section 3.3), of which readers take four
// digits.
const (
	firstYear = 1900
	lastYear  = 9999
)

func (m *Message) readPlan(d *draft) error {
	_, offset := m.Date.Zone()
	switch year := m.Date.Year(); {
	case m.Date.IsZero():
		return errors.New("the Date is zero: leave it as it was, or set a time")
	case year < firstYear || year > lastYear:
		return fmt.Errorf("the Date is in the year %d: use one from %d to %d", year, firstYear, lastYear)
	case max(offset, -offset) >= 24*60*60:
		return fmt.Errorf("the Date has a zone of %s: use one of less than 24 hours", time.Duration(offset)*time.Second)
	case int(m.Lane) >= len(queue.Lanes):
		return fmt.Errorf("there is no %s: use queue.Normal, queue.Immediate or queue.Bulk", m.Lane)
	}
	if err := checkYear(m.NotBefore); err != nil {
		return fmt.Errorf("NotBefore: %w", err)
	}
	if err := checkYear(m.Expires); err != nil {
		return fmt.Errorf("Expires: %w", err)
	}
	if err := checkMessageID(m.MessageID); err != nil {
		return fmt.Errorf("MessageID: %w", err)
	}
	return nil
}

// readLabels reads what is there for the queue alone. What is empty was not said.
func (m *Message) readLabels(d *draft) error {
	if m.Key != "" {
		if err := d.setKey("", m.Key); err != nil {
			return err
		}
	}
	if m.Route != "" {
		if err := d.setRoute("", m.Route); err != nil {
			return err
		}
	}
	for key, value := range m.Meta {
		if err := d.setMeta(key, value); err != nil {
			return err
		}
	}
	return nil
}
