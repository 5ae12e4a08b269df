package host

import (
	"bytes"
	"fmt"
	"slices"
)

// defaultSigned is RFC 6376 section 5.4.1, and what tells a reader or a program how
// to take the body.
var defaultSigned = []string{
	"From", "Sender", "Reply-To", "Subject", "Date", "Message-ID", "To", "Cc",
	"In-Reply-To", "References",
	"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID", "Content-Description",
	"Resent-Date", "Resent-From", "Resent-To", "Resent-Cc",
	"List-Id", "List-Help", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Subscribe", "List-Post", "List-Owner", "List-Archive",
}

// alwaysSigned is RFC 6376 section 5.4 and RFC 8058 section 4.
var alwaysSigned = []string{"From", "List-Unsubscribe", "List-Unsubscribe-Post"}

// signedFields returns the names of the fields to sign, each once.
func signedFields(headers []string) []string {
	if headers == nil {
		headers = defaultSigned
	}
	var fields []string
	for _, name := range slices.Concat(headers, alwaysSigned) {
		if !containsFold(fields, name) {
			fields = append(fields, name)
		}
	}
	return fields
}

// A messageHeader is what Sign needs to know of a mail's header.
type messageHeader struct {
	count map[string]int // of each field, by its name in lower case
	alone bool           // no empty line and no body follow
}

// parseHeader returns the header of a message (RFC 5322 section 2.2), or an error
// where data is none or cannot be sent.
func parseHeader(data []byte) (messageHeader, error) {
	h := messageHeader{count: map[string]int{}, alone: true}
	if err := CheckData(data); err != nil {
		return h, err
	}
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if line[0] == '\r' {
			h.alone = false
			break
		}
		if n > 1 && (line[0] == ' ' || line[0] == '\t') {
			continue // folded: section 2.2.3
		}
		name, _, found := bytes.Cut(line, []byte(":"))
		if !found || !isFieldName(name) {
			return h, fmt.Errorf("line %d is no header field", n)
		}
		h.count[lowerASCII(string(name))]++
	}
	if from := h.count["from"]; from != 1 { // RFC 5322 section 3.6
		return h, fmt.Errorf("it has %d From fields, not one", from)
	}
	return h, nil
}

// isFieldName is RFC 5322 section 3.6.8.
func isFieldName(name []byte) bool {
	for _, c := range name {
		if c <= ' ' || c > '~' || c == ':' {
			return false
		}
	}
	return len(name) > 0
}

// named returns the fields that a signature is to name: each as often as it
// occurs, and From once more. RFC 6376 section 5.4.2.
func (h messageHeader) named(fields []string) []string {
	var names []string
	for _, name := range fields {
		lower := lowerASCII(name)
		n := h.count[lower]
		if lower == "from" {
			n++
		}
		names = append(names, slices.Repeat([]string{name}, n)...)
	}
	return names
}

// complete returns data with the empty line that a message without a body may
// lack, and verifiers look for.
func (h messageHeader) complete(data []byte) []byte {
	if !h.alone {
		return data
	}
	return append(bytes.Clone(data), "\r\n"...)
}
