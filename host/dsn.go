package host

import (
	"errors"
	"fmt"
	"strings"
)

// A DSN says what delivery status notifications to ask for: RFC 3461. A relay
// that does not offer DSN is not asked, and does as it thinks fit, which is to
// tell the sender of failures. A relay that offers it is always told the ID of
// each envelope, so that a notification names it (Original-Envelope-ID).
type DSN struct {
	// Notify lists when: "SUCCESS", "FAILURE", "DELAY" or a choice of them, or
	// "NEVER" alone. Default: as the relay thinks fit.
	Notify []string
	// Return is how much of the mail a notification of failure has: "FULL" or
	// "HDRS". Default: as the relay thinks fit.
	Return string
}

// validate is RFC 3461 sections 4.1 and 4.3.
func (d *DSN) validate() error {
	var errs []error
	for _, when := range d.Notify {
		switch when {
		case "SUCCESS", "FAILURE", "DELAY":
		case "NEVER":
			if len(d.Notify) > 1 {
				errs = append(errs, errors.New(`host: DSN.Notify has "NEVER" and more: "NEVER" stands alone`))
			}
		default:
			errs = append(errs, fmt.Errorf(`host: DSN.Notify has %q: use "SUCCESS", "FAILURE" and "DELAY", or "NEVER"`, shown(when)))
		}
	}
	if d.Return != "" && d.Return != "FULL" && d.Return != "HDRS" {
		errs = append(errs, fmt.Errorf(`host: DSN.Return is %q: use "FULL" or "HDRS"`, shown(d.Return)))
	}
	return errors.Join(errs...)
}

// dsnWords are what a DSN adds to each MAIL and RCPT.
type dsnWords struct{ mail, rcpt string }

func (d *DSN) words() dsnWords {
	var w dsnWords
	if d.Return != "" {
		w.mail = " RET=" + d.Return
	}
	if len(d.Notify) > 0 {
		w.rcpt = " NOTIFY=" + strings.Join(d.Notify, ",")
	}
	return w
}

// maxEnvID is RFC 3461 section 5.4, in characters before they are encoded.
const maxEnvID = 100

// appendMail adds the parameters of MAIL. An id that is too long, or not of
// printable ASCII, is left out: RFC 3461 section 4.4.
func (w dsnWords) appendMail(line []byte, id string) []byte {
	line = append(line, w.mail...)
	if id == "" || len(id) > maxEnvID || strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r > '~' }) {
		return line
	}
	return appendXtext(append(line, " ENVID="...), id)
}

func (w dsnWords) appendRcpt(line []byte) []byte { return append(line, w.rcpt...) }

// appendXtext is RFC 3461 section 4.
func appendXtext(line []byte, text string) []byte {
	const hex = "0123456789ABCDEF"
	for _, c := range []byte(text) {
		if c < '!' || c > '~' || c == '+' || c == '=' {
			line = append(line, '+', hex[c>>4], hex[c&15])
			continue
		}
		line = append(line, c)
	}
	return line
}
