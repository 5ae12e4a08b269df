package tag

import (
	"fmt"
	"net/textproto"
	"strings"
)

// A headerKind says what a header's value is made of, and so how values in it
// are escaped.
type headerKind uint8

const (
	noHeader           headerKind = iota
	unstructuredHeader            // text (RFC 5322 section 3.6.5)
	addressHeader                 // mailboxes (RFC 5322 section 3.4)
	ownedHeader                   // written by this package alone
)

// headers are the names that mean something; X- names are unstructured.
var headers = map[string]headerKind{
	"From": addressHeader, "To": addressHeader, "Cc": addressHeader, "Bcc": addressHeader, "Reply-To": addressHeader,
	"Subject": unstructuredHeader,
	"Date":    ownedHeader, "Message-Id": ownedHeader, "Mime-Version": ownedHeader, "Received": ownedHeader,
	"Return-Path": ownedHeader, "Dkim-Signature": ownedHeader, "Sender": ownedHeader,
}

// onceOnly are the headers of which a mail has one (RFC 5322 section 3.6).
var onceOnly = map[string]bool{"From": true, "Reply-To": true, "Subject": true}

// A header is a name that a literal line of a template began with.
type header struct {
	name string
	kind headerKind
}

// parseHeader reads the name of a header line, which ends before the colon.
func parseHeader(name string) (h header, wrong *problem) {
	if !isHeaderName(name) {
		return h, &problem{ErrHeaderName, fmt.Sprintf("%q is no header name", name), "a header line is Name: value; put a blank line before the body"}
	}
	h.name = textproto.CanonicalMIMEHeaderKey(name)
	switch kind, ok := headers[h.name]; {
	case ok && kind != ownedHeader:
		h.kind = kind
	case ok || strings.HasPrefix(h.name, "Content-") || strings.HasPrefix(h.name, "Resent-"):
		return h, &problem{ErrOwnHeader, "the header " + name + " is written by MailHost itself", "leave the line out"}
	case strings.HasPrefix(h.name, "X-") && len(h.name) > len("X-"):
		h.kind = unstructuredHeader
	default:
		return h, &problem{ErrUnknownHeader, "the header " + name + " is not known here", "write From, To, Cc, Bcc, Reply-To, Subject or a name that begins with X-; put a blank line before the body"}
	}
	return h, nil
}

// isHeaderName reports whether name is 1*ftext (RFC 5322 section 2.2) of letters,
// digits and hyphens, at most 60 bytes.
func isHeaderName(name string) bool {
	for _, c := range []byte(name) {
		if !isLetter(c) && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return name != "" && len(name) <= 60
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
