// Package decode reads a message (RFC 5322, MIME) for people's eyes and for tests.
//
// [Mail] returns everything decoded at once: addresses, header fields, bodies in
// UTF-8, files. It is forgiving where a reader loses nothing by it: what cannot be
// decoded is given as it stands and named in [Message.Problems]. It is strict where
// a stranger could do harm: a message that is nested too deep, or has too many
// parts or bytes, is an error.
//
// What not to do: do not show HTML outside a sandbox, do not use a [File]'s name as
// a path, and do not parse addresses out of a [Field], whose value was decoded for
// the eye only.
package decode

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"
)

// Bounds of a message. More is an error.
const (
	maxSize    = 64 << 20 // bytes, as queue.Mail.Data
	maxHeaders = 1 << 20  // bytes of the message's own header
	maxDepth   = 30       // multiparts inside one another
	maxParts   = 1000     // leaves and multiparts together

	maxProblems = 20 // that are kept; a reader needs no more
)

// A Message is a message as a person reads it.
type Message struct {
	From, Sender, ReplyTo, To, Cc []mail.Address // names decoded

	Subject   string
	Date      time.Time // zero where there is none that can be read
	MessageID string    // without the angle brackets
	Fields    []Field   // the whole header in order, names as written

	// The first body of each type, in UTF-8 with lines ended by LF; "" where there
	// is none.
	Text, HTML, Calendar, AMP string

	Images      []File   // inline and with a Content-ID, for the HTML body to show
	Attachments []File   // every other part
	Structure   string   // the media types of all parts, indented by their depth
	Problems    []string // what could not be decoded, at most 20 of them
}

// A Field is one header field, unfolded and with its encoded words decoded.
type Field struct{ Name, Value string }

// A File is a part that is not one of the bodies.
type File struct {
	Name      string // as its sender wrote it, which may be anything; "" where there is none
	Type      string // the media type in lower case, without parameters
	ContentID string // without the angle brackets
	Data      []byte // its content exactly, transfer encoding undone
}

// Mail decodes a message. It keeps nothing of data.
//
// It returns an error for a message of more than 64 MiB, with a header of more than
// 1 MiB, more than 30 multiparts inside one another or more than 1000 parts, and for
// one whose header cannot be read at all.
func Mail(data []byte) (*Message, error) {
	if len(data) > maxSize {
		return nil, fmt.Errorf("decode: the message has %d bytes: at most %d are read", len(data), maxSize)
	}
	if n := headerSize(data); n > maxHeaders {
		return nil, fmt.Errorf("decode: the header has %d bytes: at most %d are read", n, maxHeaders)
	}
	r := bufio.NewReader(bytes.NewReader(data))
	header, err := readHeader(r)
	if err != nil {
		return nil, fmt.Errorf("decode: the header cannot be read: %w", err)
	}
	m := &Message{}
	m.readFields(header)
	w := &walker{Message: m, taken: map[string]bool{}}
	if err := w.part(header, r, place{}); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	m.Structure = strings.Join(w.structure, "\n")
	return m, nil
}

// headerSize returns how many bytes stand before the empty line that ends the
// header (RFC 5322 section 2.1).
func headerSize(data []byte) int {
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if before, _, found := bytes.Cut(data, []byte(end)); found {
			data = before
		}
	}
	return len(data)
}

var errNoHeader = errors.New("it has no fields")

func readHeader(r *bufio.Reader) (message.Header, error) {
	h, err := textproto.ReadHeader(r)
	if err == nil && h.Len() == 0 {
		err = errNoHeader
	}
	return message.Header{Header: h}, err
}

// problem notes what could not be decoded.
func (m *Message) problem(format string, args ...any) {
	if len(m.Problems) < maxProblems {
		m.Problems = append(m.Problems, fmt.Sprintf(format, args...))
	}
}
