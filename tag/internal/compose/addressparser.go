package compose

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-mailhost/mailhost/host"
)

// ParseAddresses reads a list of addresses, separated by commas: addr-spec, or a
// display name and <addr-spec>. It knows neither comments nor groups nor source
// routes (RFC 5322 section 4.4), which nobody writes and attackers use. Its
// result is bounded by the length of s.
func ParseAddresses(s string) ([]Address, error) {
	var list []Address
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
func (p *addressParser) address() (Address, error) {
	start := p.i
	var name strings.Builder
	var special error
	for !p.done() && p.s[p.i] != ',' {
		switch b := p.s[p.i]; {
		case b == '<':
			if special != nil {
				return Address{}, special
			}
			mailbox, err := p.angle()
			return Address{strings.TrimSpace(Line(name.String())), mailbox}, err
		case b == '"':
			if err := p.quoted(&name); err != nil {
				return Address{}, err
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
	return Address{Mailbox: mailbox}, err
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
