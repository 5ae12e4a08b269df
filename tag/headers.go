package tag

import (
	"fmt"
	"net/textproto"
	"strings"

	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// A headerKind says what a header's value is made of, and so how values in it
// are escaped.
type headerKind uint8

const (
	noHeader           headerKind = iota
	unstructuredHeader            // text (RFC 5322 section 3.6.5)
	addressHeader                 // mailboxes (RFC 5322 section 3.4)
	messageIDHeader               // Message-IDs (RFC 5322 section 3.6.4)
	structuredHeader              // what its RFC says, in literal text
	ownedHeader                   // written by this package, or by mail servers
)

// headers are the names that mean something; X- names are unstructured.
var headers = map[string]headerKind{
	"From": addressHeader, "Sender": addressHeader, "Reply-To": addressHeader,
	"To": addressHeader, "Cc": addressHeader, "Bcc": addressHeader,
	"Disposition-Notification-To": addressHeader, // RFC 8098 section 2.1

	"Subject": unstructuredHeader, "Comments": unstructuredHeader, "Keywords": unstructuredHeader,
	"Organization": unstructuredHeader, "Feedback-Id": unstructuredHeader,
	"Thread-Topic": unstructuredHeader, "Thread-Index": unstructuredHeader,

	"In-Reply-To": messageIDHeader, "References": messageIDHeader,

	"Auto-Submitted": structuredHeader,                                                                // RFC 3834 section 5
	"Importance":     structuredHeader, "Priority": structuredHeader, "Sensitivity": structuredHeader, // RFC 4021 section 2.1
	"Precedence": structuredHeader, "Tls-Required": structuredHeader,
	"List-Id": structuredHeader, "List-Help": structuredHeader, "List-Owner": structuredHeader, "List-Archive": structuredHeader,
	"List-Post": structuredHeader, "List-Subscribe": structuredHeader, "List-Unsubscribe": structuredHeader, "List-Unsubscribe-Post": structuredHeader,

	"Date": ownedHeader, "Message-Id": ownedHeader, "Mime-Version": ownedHeader,
	"Return-Path": ownedHeader, "Received": ownedHeader, "Received-Spf": ownedHeader, "Delivered-To": ownedHeader,
	"Dkim-Signature": ownedHeader, "Authentication-Results": ownedHeader,
}

// ownedPrefixes begin the names of families of headers that no block writes.
var ownedPrefixes = []string{"Content-", "Resent-", "Arc-"}

// onceOnly are the headers of which a mail has one (RFC 5322 section 3.6, RFC 2369
// section 3, RFC 3834 section 5).
var onceOnly = map[string]bool{
	"From": true, "Sender": true, "Reply-To": true, "Subject": true, "In-Reply-To": true, "References": true,
	"Auto-Submitted": true, "Importance": true, "Priority": true, "Sensitivity": true, "Precedence": true,
	"Tls-Required": true, "Disposition-Notification-To": true,
	"List-Id": true, "List-Help": true, "List-Owner": true, "List-Archive": true,
	"List-Post": true, "List-Subscribe": true, "List-Unsubscribe": true, "List-Unsubscribe-Post": true,
}

// A header is a name that a literal line of a template began with.
type header struct {
	name string
	kind headerKind
}

// raw reports whether a header's value goes on the wire as it stands; others are
// encoded where they must be.
func raw(name string) bool {
	return headers[name] == messageIDHeader || headers[name] == structuredHeader
}

// one reports whether the header holds a single address. RFC 5322 section 3.6.2 lets a
// mail have several authors, beside a Sender; here it has one, who is its reverse-path.
func (h header) one() bool { return h.name == "Sender" || h.name == "From" }

const knownHeaders = "write From, To, Cc, Bcc, Reply-To, Subject, another that MailHost knows, or a name that begins with X-; put a blank line before the body"

// parseHeader reads the name of a header line, which ends before the colon.
func parseHeader(name string) (h header, wrong *problem) {
	if !isHeaderName(name) {
		return h, &problem{ErrHeaderName, fmt.Sprintf("%q is no header name", name), "a header line is Name: value; put a blank line before the body"}
	}
	h.name = textproto.CanonicalMIMEHeaderKey(name)
	switch kind, ok := headers[h.name]; {
	case ok && kind != ownedHeader:
		h.kind = kind
	case ok || owned(h.name):
		return h, &problem{ErrOwnHeader, "the header " + name + " is written by MailHost itself", insteadOf(h.name, "leave the line out")}
	case strings.HasPrefix(h.name, "X-") && len(h.name) > len("X-"):
		h.kind = unstructuredHeader
	default:
		return h, &problem{ErrUnknownHeader, "the header " + name + " is not known here", insteadOf(h.name, knownHeaders)}
	}
	return h, nil
}

func owned(name string) bool {
	for _, prefix := range ownedPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// insteads say what to write in the place of a header, or of a value in it.
var insteads = map[string]string{
	"Content-Type":     `leave the line out; HTML stands in {{with part "text/html"}}…{{end}}`,
	"Return-Path":      `use the word "return-path"`,
	"Errors-To":        `use the word "return-path"`,
	"List-Unsubscribe": `use the word "unsubscribe"`,
}

func insteadOf(name, otherwise string) string {
	if instead := insteads[name]; instead != "" {
		return instead
	}
	return otherwise
}

// isHeaderName reports whether name is 1*ftext (RFC 5322 section 2.2) of letters,
// digits and hyphens, and not too long to have its value encoded beside it.
func isHeaderName(name string) bool {
	for _, c := range []byte(name) {
		if !isLetter(c) && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return name != "" && len(name) <= compose.MaxFieldName
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
