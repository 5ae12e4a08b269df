package compose

import "encoding/base64"

// An entity is one node of the message's tree: a leaf, or a multipart (RFC 2046
// section 5.1).
type entity struct {
	kind string // its media type without parameters
	head []byte // its Content-* fields, each with its CRLF

	body []byte // of a leaf
	raw  bool   // the body is not encoded yet: it goes out as base64

	boundary string    // of a multipart
	parts    []*entity // of a multipart, at least one
}

// appendTo writes the entity. It ends in CRLF.
func (e *entity) appendTo(out []byte) []byte {
	out = append(append(out, e.head...), "\r\n"...)
	switch {
	case len(e.parts) > 0:
		return e.appendParts(out)
	case e.raw:
		return appendBase64(out, e.body)
	}
	return append(out, e.body...)
}

// appendParts writes the parts between their delimiters. The CRLF in front of a
// delimiter belongs to it (RFC 2046 section 5.1.1), so that each part is read back
// as it is.
func (e *entity) appendParts(out []byte) []byte {
	for _, p := range e.parts {
		out = append(append(append(out, "--"...), e.boundary...), "\r\n"...)
		out = append(p.appendTo(out), "\r\n"...)
	}
	return append(append(append(out, "--"...), e.boundary...), "--\r\n"...)
}

// size returns the number of bytes that appendTo writes.
func (e *entity) size() int {
	n := len(e.head) + len("\r\n")
	for _, p := range e.parts {
		n += len("--\r\n") + len(e.boundary) + p.size() + len("\r\n")
	}
	switch {
	case len(e.parts) > 0:
		return n + len("----\r\n") + len(e.boundary)
	case e.raw:
		return n + base64Size(len(e.body))
	}
	return n + len(e.body)
}

// A line of base64 holds 57 bytes in 76 characters (RFC 2045 section 6.8).
const (
	base64Line  = 76
	base64Bytes = base64Line / 4 * 3
)

func appendBase64(out, data []byte) []byte {
	for len(data) > 0 {
		n := min(len(data), base64Bytes)
		out = append(base64.StdEncoding.AppendEncode(out, data[:n]), "\r\n"...)
		data = data[n:]
	}
	return out
}

// base64Size returns the number of bytes that n bytes take as base64, with the line
// breaks.
func base64Size(n int) int {
	lines := (n + base64Bytes - 1) / base64Bytes
	return base64.StdEncoding.EncodedLen(n) + lines*len("\r\n")
}
