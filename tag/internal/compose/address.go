package compose

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"github.com/go-mailhost/mailhost/host"
)

// An Address is a mailbox with its display name (RFC 5322 section 3.4).
type Address struct {
	Name    string // as a reader sees it, "" where there is none
	Mailbox host.Mailbox
}

// String returns the address with its name quoted, so that [ParseAddresses] reads
// it back.
func (a Address) String() string {
	if a.Name == "" {
		return a.Mailbox.String()
	}
	return `"` + Quote(a.Name) + `" <` + a.Mailbox.String() + `>`
}

// FromNetMail converts a net/mail address, which holds its local part without the
// quotes that it needs on the wire. It returns an error for nil, and for an address
// that is no mailbox (RFC 5321 section 4.1.2).
func FromNetMail(a *mail.Address) (Address, error) {
	if a == nil {
		return Address{}, errors.New("the address is nil")
	}
	name := strings.TrimSpace(Line(a.Name))
	mailbox, err := host.ParseMailbox(a.Address)
	if at := strings.LastIndexByte(a.Address, '@'); err != nil && at >= 0 {
		quoted := `"` + Quote(a.Address[:at]) + `"` + a.Address[at:]
		if m, errQuoted := host.ParseMailbox(quoted); errQuoted == nil {
			mailbox, err = m, nil
		}
	}
	return Address{name, mailbox}, err
}

// ParseAddress reads a string that must hold exactly one address, with a display
// name or without, and blanks around it. A line break in it is an error, and so are a
// control in the address and a second address.
func ParseAddress(s string) (Address, error) {
	if strings.ContainsAny(s, "\r\n\x00") {
		return Address{}, fmt.Errorf("%q is no address: it has a line break or a NUL", clip(s))
	}
	s = strings.Trim(s, " \t")
	if strings.HasPrefix(s, ",") || strings.HasSuffix(s, ",") {
		return Address{}, fmt.Errorf("%q is no address: it has a comma too many", clip(s))
	}
	list, err := ParseAddresses(s)
	if err != nil {
		return Address{}, err
	}
	switch len(list) {
	case 1:
		return list[0], nil
	case 0:
		return Address{}, errors.New("the address is empty")
	}
	return Address{}, fmt.Errorf("%q is not one address but %d: a list is a []string", clip(s), len(list))
}
