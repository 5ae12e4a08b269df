package compose

import (
	"bytes"
	"mime/quotedprintable"
	"strings"
	"unicode/utf8"
)

// leaf makes the entity of a part, whose text is clean.
func (p Part) leaf() (*entity, error) {
	text := p.Text
	params := []string{"charset=utf-8"}
	if p.Type == TypeCalendar {
		text = foldCalendar(text)
		method, err := calendarMethod(text)
		if err != nil {
			return nil, err
		}
		if method != "" {
			params = append(params, "method="+method)
		}
	}
	encoding := transferEncoding(text)
	head := appendMediaField(nil, "Content-Type", p.Type, params)
	head = Field{"Content-Transfer-Encoding", encoding}.appendTo(head)
	return &entity{kind: p.Type, head: head, body: encode(text, encoding)}, nil
}

// cleanText ends every line by CRLF and takes out what must not go on the wire:
// NUL, a CR that ends no line, bytes that are no UTF-8. Blank lines at the end
// of a block are layout.
func cleanText(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "")
	s = strings.TrimRight(s, " \t\n")
	if s == "" {
		return ""
	}
	return strings.ReplaceAll(s, "\n", "\r\n") + "\r\n"
}

// transferEncoding chooses how a text travels: as it is where every line is short
// ASCII (RFC 5322 section 2.1.1), else quoted-printable, or base64 where that is
// shorter (RFC 2045 section 6). A text that holds what boundaries begin with never
// travels as it is.
func transferEncoding(text string) string {
	longest, high := 0, 0
	for line := range strings.Lines(text) {
		longest = max(longest, len(line))
		for _, b := range []byte(line) {
			if b >= utf8.RuneSelf || b < ' ' && b != '\t' && b != '\r' && b != '\n' || b == 0x7f {
				high++
			}
		}
	}
	switch {
	case high == 0 && longest <= 78+len("\r\n") && !strings.Contains(text, boundaryMark):
		return "7bit"
	case high > len(text)/6: // an escaped byte takes 3, base64 takes 4 for 3
		return "base64"
	}
	return "quoted-printable"
}

// encode writes a text in its transfer encoding.
func encode(text, encoding string) []byte {
	switch encoding {
	case "7bit":
		return []byte(text)
	case "base64":
		return appendBase64(make([]byte, 0, base64Size(len(text))), []byte(text))
	}
	var buf bytes.Buffer
	buf.Grow(len(text) + len(text)/8)
	w := quotedprintable.NewWriter(&buf)
	w.Write([]byte(text)) // a Buffer does not fail
	w.Close()
	return buf.Bytes()
}
