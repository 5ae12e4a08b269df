package compose

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// multipart puts entities together, where there are more than one.
func (m *Message) multipart(subtype string, parts []*entity) *entity {
	if len(parts) == 1 {
		return parts[0]
	}
	e := &entity{kind: "multipart/" + subtype, boundary: boundary(m.Seed, subtype), parts: parts}
	params := []string{parameter("boundary", e.boundary)[0]}
	if subtype == "related" {
		// RFC 2387 section 3.1: the type of the part that the others belong to.
		params = append(params, parameter("type", parts[0].kind)[0])
	}
	e.head = appendMediaField(nil, "Content-Type", e.kind, params)
	return e
}

// boundaryMark begins every boundary. It cannot occur in quoted-printable, where an
// equals sign stands before two hexadecimal digits or a line's end, nor in base64
// (RFC 2045 section 6.7 suggests it), nor in a text that goes out as it is, see
// transferEncoding. So no boundary ever occurs in a part, whoever wrote it.
const boundaryMark = "=_"

// boundary derives a boundary of 34 characters (RFC 2046 section 5.1.1 allows 70)
// from the message's seed. Those of two levels are equally long and differ, so
// that none begins with another.
func boundary(seed, level string) string {
	sum := sha256.Sum256([]byte(level + "\x00" + seed))
	return boundaryMark + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:20]))
}
