package decode

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
)

// A place is where in the message a part stands.
type place struct {
	depth int
	inner string // the media type of the multipart around it
}

// A walker reads the parts of a message one after the other.
type walker struct {
	*Message
	structure []string
	taken     map[string]bool // the types of which there is a body
}

// part reads a part and all that is in it.
func (w *walker) part(h message.Header, body io.Reader, at place) error {
	kind, params := w.contentType(h, at)
	if len(w.structure) == maxParts {
		return fmt.Errorf("the message has more than %d parts", maxParts)
	}
	w.structure = append(w.structure, strings.Repeat("  ", at.depth)+kind)
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		return w.multipart(body, params["boundary"], place{at.depth + 1, kind})
	}
	w.leaf(h, kind, body)
	return nil
}

// contentType returns the media type in lower case. Without one, or with one that
// cannot be read, a part is text/plain (RFC 2045 section 5.2), and a message where
// it stands in a digest (RFC 2046 section 5.1.5).
func (w *walker) contentType(h message.Header, at place) (string, map[string]string) {
	value := h.Get("Content-Type")
	kind, params, err := mime.ParseMediaType(value)
	switch {
	case value == "" && at.inner == "multipart/digest":
		return "message/rfc822", nil
	case value == "":
		return "text/plain", nil
	case errors.Is(err, mime.ErrInvalidMediaParameter):
		w.problem("the Content-Type %q has a parameter that cannot be read", value)
	case err != nil, !strings.Contains(kind, "/"):
		w.problem("the Content-Type %q cannot be read", value)
		return "text/plain", nil
	case strings.HasPrefix(kind, "multipart/") && params["boundary"] == "":
		w.problem("the Content-Type %q has no boundary", value)
	}
	return kind, params
}

// multipart reads the parts that the boundary divides. mime/multipart bounds the
// header of each: 10,000 fields, 10 MB.
func (w *walker) multipart(body io.Reader, boundary string, at place) error {
	if at.depth > maxDepth {
		return fmt.Errorf("the message has more than %d multiparts inside one another", maxDepth)
	}
	for r := multipart.NewReader(body, boundary); ; {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			w.problem("a %s breaks off: %v", at.inner, err)
			return nil
		}
		if err := w.part(message.HeaderFromMap(p.Header), p, at); err != nil {
			return err
		}
	}
}

// leaf reads a part that has no parts: one of the bodies, or a file.
func (w *walker) leaf(h message.Header, kind string, body io.Reader) {
	disposition, _, _ := h.ContentDisposition()
	attached := strings.EqualFold(disposition, "attachment")
	file := File{Name: fileName(h), Type: kind, ContentID: strings.Trim(h.Get("Content-Id"), "<> \t")}
	if to := w.bodyOf(kind); to != nil && !attached && file.Name == "" && !w.taken[kind] {
		w.taken[kind] = true
		*to = w.readText(h, body)
		return
	}
	// Without its charset, which would be converted: a file is given as it is.
	h.Set("Content-Type", "application/octet-stream")
	file.Data = w.read(h, body)
	if file.ContentID != "" && !attached {
		w.Images = append(w.Images, file)
	} else {
		w.Attachments = append(w.Attachments, file)
	}
}

// bodyOf returns where a body of the type goes, nil for files.
func (w *walker) bodyOf(kind string) *string {
	switch kind {
	case "text/plain":
		return &w.Text
	case "text/html":
		return &w.HTML
	case "text/calendar":
		return &w.Calendar
	case "text/x-amp-html":
		return &w.AMP
	}
	return nil
}

func (w *walker) readText(h message.Header, body io.Reader) string {
	text := strings.ReplaceAll(string(w.read(h, body)), "\r\n", "\n")
	return strings.ToValidUTF8(text, "\uFFFD")
}

// read undoes the transfer encoding, and the charset of a text. What cannot be
// undone is read as it stands.
func (w *walker) read(h message.Header, body io.Reader) []byte {
	entity, err := message.New(h, body)
	if err != nil {
		w.problem("a part is shown as it was sent: %v", err)
	}
	data, err := io.ReadAll(entity.Body)
	if err != nil {
		w.problem("a part breaks off: %v", err)
	}
	return data
}

func fileName(h message.Header) string {
	attachment := mail.AttachmentHeader{Header: h}
	name, _ := attachment.Filename()
	return strings.ToValidUTF8(name, "\uFFFD")
}
