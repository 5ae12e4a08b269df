package tagtest

import (
	"net/mail"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue/decode"
)

// A Message is a message as its reader sees it: everything decoded.
type Message struct {
	From, Sender, ReplyTo, To, Cc []mail.Address // of the header

	Subject   string
	Date      time.Time // zero where there is none
	MessageID string    // without the angle brackets
	Fields    []Field   // the whole header in order

	Text     string // the text/plain body; lines end in LF
	HTML     string // the text/html body
	Calendar string // the text/calendar body
	AMP      string // the text/x-amp-html body

	Images      []File // inline, for the HTML body
	Attachments []File
	Structure   string   // the media types of all parts, one a line, indented by their depth
	Problems    []string // what could not be decoded, at most 20 of them
}

// A Field is one header field, decoded for the eye.
type Field struct{ Name, Value string }

// A File is an attachment or an inline image.
type File struct {
	Name      string // as in the mail, which may be anything: it is no path
	Type      string // media type, in lower case and without parameters
	ContentID string // without the angle brackets; HTML shows an image as cid:ContentID
	Data      []byte
}

// Decode reads a message: RFC 5322, MIME. What cannot be decoded is named in Problems
// and given as it stands. It returns an error for a message that has no header that
// can be read, more than 64 MiB or more than 1 MiB of header, more than 1000 parts, or
// more than 30 multiparts inside one another.
func Decode(data []byte) (*Message, error) {
	m, err := decode.Mail(data)
	if err != nil {
		return nil, err
	}
	return &Message{
		From: m.From, Sender: m.Sender, ReplyTo: m.ReplyTo, To: m.To, Cc: m.Cc,
		Subject: m.Subject, Date: m.Date, MessageID: m.MessageID, Fields: fields(m.Fields),
		Text: m.Text, HTML: m.HTML, Calendar: m.Calendar, AMP: m.AMP,
		Images: files(m.Images), Attachments: files(m.Attachments),
		Structure: m.Structure, Problems: m.Problems,
	}, nil
}

func fields(list []decode.Field) []Field {
	var all []Field
	for _, f := range list {
		all = append(all, Field(f))
	}
	return all
}

func files(list []decode.File) []File {
	var all []File
	for _, f := range list {
		all = append(all, File(f))
	}
	return all
}

// Header returns the value of the first header field of the name, whose case does
// not count. "" where there is none.
func (m *Message) Header(name string) string {
	for _, f := range m.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}
