package compose

import (
	"errors"
	"fmt"
)

// A Message is what a mail is made of. Its zero value is a mail without fields and
// with an empty text.
type Message struct {
	Fields []Field // in order, without MIME-Version and Content-*, which Bytes adds
	Parts  []Part  // the ways to read it, in any order; none: an empty text
	Files  []File  // at most 100

	NoText    bool // no text part is made from an HTML part
	InlineCSS bool // style rules of the HTML part move into style attributes

	// Seed is what boundaries are derived from, such as the Message-ID: the same
	// message gives the same bytes.
	Seed string

	MaxSize int // bytes of the result at most; 0: no bound
}

// A Part is one way to read the mail. Its text is UTF-8; other bytes, NULs and lone
// CRs do not get through, and its lines end as they may, by LF or CRLF.
type Part struct {
	Type string // text/plain, text/html, text/calendar or text/x-amp-html, each at most once
	Text string
}

// A File travels with the mail, byte for byte: as an attachment, or as an image that
// the HTML part shows.
type File struct {
	Name      string // see [FileName]
	Type      string // see [CheckFileType]; "": [FileType] finds one
	Data      []byte
	ContentID string // of an image that the HTML part shows as "cid:" and this; else ""
}

// Bounds of a message.
const (
	MaxFiles   = 100
	maxHeaders = 100 << 10 // bytes of the message's own header; relays refuse more
)

// Bytes writes the message (RFC 5322, MIME), with lines ended by CRLF.
//
// It returns an error for a field that is no single header field, for a part of
// another type or a second of the same, for an image without an HTML part, for a
// file name or type that [FileName] or [CheckFileType] refuses, for more than 100
// files, for a header of more than 100 KiB and for a result of more than MaxSize
// bytes.
func (m *Message) Bytes() ([]byte, error) {
	if err := m.checkSize(); err != nil {
		return nil, err
	}
	header, err := m.header()
	if err != nil {
		return nil, err
	}
	root, err := m.tree()
	if err != nil {
		return nil, err
	}
	size := len(header) + root.size()
	if m.MaxSize > 0 && size > m.MaxSize {
		return nil, m.tooLarge()
	}
	out := append(make([]byte, 0, size), header...)
	return root.appendTo(out), nil
}

func (m *Message) tooLarge() error {
	return fmt.Errorf("the mail is larger than %d bytes", m.MaxSize)
}

// checkSize refuses what is too much before anything is made of it.
func (m *Message) checkSize() error {
	if len(m.Files) > MaxFiles {
		return fmt.Errorf("the mail has %d files: at most %d are allowed", len(m.Files), MaxFiles)
	}
	if m.MaxSize <= 0 {
		return nil
	}
	room := m.MaxSize
	for _, p := range m.Parts {
		room -= len(p.Text)
	}
	for _, f := range m.Files {
		room -= base64Size(len(f.Data))
	}
	if room < 0 {
		return m.tooLarge()
	}
	return nil
}

// header writes the fields of the message itself.
func (m *Message) header() ([]byte, error) {
	var out []byte
	for _, f := range m.Fields {
		if err := f.check(); err != nil {
			return nil, err
		}
		out = f.appendTo(out)
	}
	if len(out) > maxHeaders {
		return nil, fmt.Errorf("the headers of the mail have %d bytes: at most %d are allowed", len(out), maxHeaders)
	}
	return append(out, "MIME-Version: 1.0\r\n"...), nil
}

// checkParts returns an error for parts that cannot stand beside one another.
func checkParts(parts []Part) error {
	seen := map[string]bool{}
	for _, p := range parts {
		switch p.Type {
		case TypeText, TypeHTML, TypeCalendar, TypeAMP:
		default:
			return fmt.Errorf("there is no part of type %q: parts are %s, %s, %s or %s; other content is attached", clip(p.Type), TypeText, TypeHTML, TypeCalendar, TypeAMP)
		}
		if seen[p.Type] {
			return fmt.Errorf("the mail has two parts of type %s: write one", p.Type)
		}
		seen[p.Type] = true
	}
	if seen[TypeAMP] && !seen[TypeHTML] && !seen[TypeText] {
		return errors.New("the mail has a part of type " + TypeAMP + " alone: write a text/html or text/plain part too, for readers that show no AMP")
	}
	return nil
}
