package tag

import (
	"errors"
	"fmt"
	"net/mail"
	"reflect"
	"strings"

	"github.com/go-mailhost/mailhost/host"
)

// An address is a mailbox with its display name (RFC 5322 section 3.4).
type address struct {
	name    string // as a reader sees it, "" where there is none
	mailbox host.Mailbox
}

// String returns the address with its name quoted, so that parseAddresses reads
// it back.
func (a address) String() string {
	if a.name == "" {
		return a.mailbox.String()
	}
	return `"` + quoter.Replace(a.name) + `" <` + a.mailbox.String() + `>`
}

func joinAddresses(list []address) string {
	texts := make([]string, len(list))
	for i, a := range list {
		texts[i] = a.String()
	}
	return strings.Join(texts, ", ")
}

// addressesOf returns the addresses that a value in an address header holds: of a
// typed list any number, of anything else exactly one.
func addressesOf(v any) ([]address, error) {
	switch v := v.(type) {
	case mail.Address:
		return each(fromMail, &v)
	case *mail.Address:
		return each(fromMail, v)
	case []mail.Address:
		list := make([]*mail.Address, len(v))
		for i := range v {
			list[i] = &v[i]
		}
		return each(fromMail, list...)
	case []*mail.Address:
		return each(fromMail, v...)
	case []string:
		return each(oneAddress, v...)
	}
	s, err := stringOf(v)
	if err != nil {
		return nil, err
	}
	if !isText(v) {
		return nil, fmt.Errorf("a value of type %T is no address: use a string, a mail.Address, []string, []mail.Address or []*mail.Address", v)
	}
	return each(oneAddress, s)
}

// isText reports whether a value is a string, or knows itself how to be one.
func isText(v any) bool {
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer && !printsItself(r) {
		r = r.Elem()
	}
	return r.Kind() == reflect.String || printsItself(r)
}

func each[T any](convert func(T) (address, error), values ...T) ([]address, error) {
	list := make([]address, 0, len(values))
	for _, v := range values {
		a, err := convert(v)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// fromMail converts a net/mail address, which holds its local part without the
// quotes that it needs on the wire.
func fromMail(m *mail.Address) (address, error) {
	if m == nil {
		return address{}, errNoValue
	}
	name, err := lineOf(m.Name)
	if err != nil {
		return address{}, err
	}
	mailbox, err := host.ParseMailbox(m.Address)
	if at := strings.LastIndexByte(m.Address, '@'); err != nil && at >= 0 {
		quoted := `"` + quoter.Replace(m.Address[:at]) + `"` + m.Address[at:]
		if m, errQuoted := host.ParseMailbox(quoted); errQuoted == nil {
			mailbox, err = m, nil
		}
	}
	return address{strings.TrimSpace(name), mailbox}, err
}

// oneAddress reads a string that must hold exactly one address.
func oneAddress(s string) (address, error) {
	if strings.ContainsAny(s, "\r\n\x00") {
		return address{}, fmt.Errorf("%q is no address: it has a line break or a NUL", clip(s))
	}
	s, err := lineOf(s)
	if err != nil {
		return address{}, err
	}
	if s = strings.Trim(s, " "); strings.HasPrefix(s, ",") || strings.HasSuffix(s, ",") {
		return address{}, fmt.Errorf("%q is no address: it has a comma too many", clip(s))
	}
	list, err := parseAddresses(s)
	if err != nil {
		return address{}, err
	}
	switch len(list) {
	case 1:
		return list[0], nil
	case 0:
		return address{}, errors.New("the address is empty")
	}
	return address{}, fmt.Errorf("%q is not one address but %d: a list is a []string", clip(s), len(list))
}

// parseAddresses reads a list of addresses, separated by commas: addr-spec, or a
// display name and <addr-spec>. It knows neither comments nor groups nor source
// routes (RFC 5322 section 4.4), which nobody writes and attackers use. Its
// result is bounded by the length of s.
func parseAddresses(s string) ([]address, error) {
	var list []address
	for p := (addressParser{s: s}); ; {
		p.blanks()
		if p.done() {
			return list, nil
		}
		if p.accept(',') {
			continue // an empty element, as a range writes it
		}
		a, err := p.address()
		if err != nil {
			return nil, fmt.Errorf("%q: %w", clip(s), err)
		}
		list = append(list, a)
	}
}

// An addressParser reads a list of addresses.
type addressParser struct {
	s string
	i int
}

func (p *addressParser) done() bool { return p.i >= len(p.s) }

func (p *addressParser) accept(b byte) bool {
	if p.done() || p.s[p.i] != b {
		return false
	}
	p.i++
	return true
}

func (p *addressParser) blanks() {
	for p.accept(' ') || p.accept('\t') {
	}
}

// address reads one address and stands behind it at a comma or the end.
func (p *addressParser) address() (address, error) {
	start := p.i
	var name strings.Builder
	var special error
	for !p.done() && p.s[p.i] != ',' {
		switch b := p.s[p.i]; {
		case b == '<':
			if special != nil {
				return address{}, special
			}
			mailbox, err := p.angle()
			return address{strings.TrimSpace(name.String()), mailbox}, err
		case b == '"':
			if err := p.quoted(&name); err != nil {
				return address{}, err
			}
		default:
			if strings.IndexByte(`()>[]:;@\`, b) >= 0 && special == nil {
				special = fmt.Errorf("%q stands in a display name: put the name in quotes", b)
			}
			name.WriteByte(b)
			p.i++
		}
	}
	mailbox, err := host.ParseMailbox(strings.TrimRight(p.s[start:p.i], " \t"))
	return address{mailbox: mailbox}, err
}

// quoted reads a quoted string into name.
func (p *addressParser) quoted(name *strings.Builder) error {
	for p.i++; !p.done(); p.i++ {
		switch b := p.s[p.i]; {
		case b == '"':
			p.i++
			return nil
		case b == '\\' && p.i+1 < len(p.s):
			p.i++
			name.WriteByte(p.s[p.i])
		default:
			name.WriteByte(b)
		}
	}
	return errors.New("a quote is not closed")
}

// angle reads <addr-spec> and what may follow it.
func (p *addressParser) angle() (host.Mailbox, error) {
	p.i++
	start := p.i
	var ignored strings.Builder
	for !p.done() && p.s[p.i] != '>' {
		if p.s[p.i] != '"' {
			p.i++
		} else if err := p.quoted(&ignored); err != nil {
			return host.Mailbox{}, err
		}
	}
	if p.done() {
		return host.Mailbox{}, errors.New("a < is not closed")
	}
	spec := strings.Trim(p.s[start:p.i], " \t")
	p.i++
	p.blanks()
	if !p.done() && p.s[p.i] != ',' {
		return host.Mailbox{}, fmt.Errorf("%q follows an address: put a comma between addresses", p.s[p.i])
	}
	return host.ParseMailbox(spec)
}
