package tag

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-message"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// Bounds of a composed mail, in bytes. Relays refuse longer headers.
const (
	maxSize    = 25 << 20
	maxHeaders = 100 << 10
)

var errTooLarge = fmt.Errorf("the mail is larger than %d bytes", maxSize)

// composeMail makes a mail of a draft: its envelope and its message (RFC 5322, MIME).
func composeMail(d *draft, defaultFrom []address, now time.Time) (*queue.Mail, error) {
	from, err := d.from(defaultFrom)
	if err != nil {
		return nil, err
	}
	to, err := d.recipients()
	if err != nil {
		return nil, err
	}
	data, err := d.message(from, now)
	if err != nil {
		return nil, err
	}
	if len(data) > maxSize {
		return nil, errTooLarge
	}
	if n := bytes.Index(data, []byte("\r\n\r\n")); n > maxHeaders {
		return nil, fmt.Errorf("the headers of the mail have %d bytes: at most %d are allowed", n, maxHeaders)
	}
	return &queue.Mail{
		Envelope: host.Envelope{From: from.String(), To: to, Data: data},
		Subject:  d.subject,
	}, nil
}

// message writes the header fields and the body. Bcc leaves no field.
func (d *draft) message(from host.Mailbox, now time.Time) ([]byte, error) {
	var fields []field
	for _, name := range []string{"From", "Reply-To", "To", "Cc"} {
		if list := d.addresses[name]; len(list) > 0 {
			fields = append(fields, field{name, encodeAddresses(list, len(name))})
		}
	}
	if d.subject != "" {
		fields = append(fields, field{"Subject", encodeText(d.subject, len("Subject"))})
	}
	fields = append(fields,
		field{"Date", now.Format("Mon, 02 Jan 2006 15:04:05 -0700")},
		field{"Message-Id", "<" + strings.ToLower(rand.Text()) + "@" + from.Domain + ">"})
	for _, f := range d.fields {
		fields = append(fields, field{f.name, encodeText(f.value, len(f.name))})
	}
	body := cleanBody(d.body)
	fields = append(fields,
		field{"Mime-Version", "1.0"},
		field{"Content-Type", "text/plain; charset=utf-8"},
		field{"Content-Transfer-Encoding", transferEncoding(body)})
	return write(fields, body)
}

func write(fields []field, body string) ([]byte, error) {
	var h message.Header
	for _, f := range slices.Backward(fields) { // AddRaw puts a field above the others
		h.AddRaw(foldField(f.name, f.value))
	}
	var buf bytes.Buffer
	w, err := message.CreateWriter(&buf, h)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write([]byte(body)); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if !bytes.HasSuffix(buf.Bytes(), []byte("\r\n")) {
		buf.WriteString("\r\n") // base64 ends without one
	}
	return buf.Bytes(), nil
}

// cleanBody ends every line by CRLF and takes out what must not go on the wire:
// NUL, a CR that ends no line, bytes that are no UTF-8. Blank lines at the end
// of a block are layout.
func cleanBody(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "")
	s = strings.TrimRight(s, " \t\n")
	if s == "" {
		return ""
	}
	return strings.ReplaceAll(s, "\n", "\r\n") + "\r\n"
}

// transferEncoding chooses how a body travels: as it is where every line is short
// ASCII (RFC 5322 section 2.1.1), else quoted-printable, or base64 where that is
// shorter (RFC 2045 section 6).
func transferEncoding(body string) string {
	longest, high := 0, 0
	for line := range strings.Lines(body) {
		longest = max(longest, len(line))
		for _, b := range []byte(line) {
			if b >= utf8.RuneSelf || b < ' ' && b != '\t' && b != '\r' && b != '\n' || b == 0x7f {
				high++
			}
		}
	}
	switch {
	case high == 0 && longest <= 78+len("\r\n"):
		return "7bit"
	case high > len(body)/6: // an escaped byte takes 3, base64 takes 4 for 3
		return "base64"
	}
	return "quoted-printable"
}
