package tag

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// The bytes of a composed mail.
const (
	defaultMaxSize = 25 << 20
	mostMaxSize    = 64 << 20 // what a queue takes
)

// defaults are what a Config gives to each mail.
type defaults struct {
	from    []compose.Address // at most one
	replyTo []compose.Address // at most one
	domain  string            // of Message-IDs; "": the author's
	headers []headerDefault   // in the order of their names
	edit    func(context.Context, *Message) error
	maxSize int
}

// defaults checks what the Config says of mails, and tells all that is wrong.
func (c Config) defaults() (defaults, error) {
	var errs [5]error
	d := defaults{edit: c.Edit}
	d.from, errs[0] = defaultAddress(c.From)
	d.replyTo, errs[1] = defaultAddress(c.ReplyTo)
	d.domain, errs[2] = messageIDDomain(c.Domain)
	d.headers, errs[3] = headerDefaults(c.Headers)
	d.maxSize, errs[4] = sizeBound(c.MaxSize)
	for i, field := range []string{"From", "ReplyTo", "Domain", "Headers", "MaxSize"} {
		if errs[i] != nil {
			errs[i] = fmt.Errorf("tag: Config.%s: %w", field, errs[i])
		}
	}
	return d, errors.Join(errs[:]...)
}

func defaultAddress(s string) ([]compose.Address, error) {
	if s == "" {
		return nil, nil
	}
	a, err := compose.ParseAddress(s)
	return []compose.Address{a}, err
}

// messageIDDomain returns the domain in A-labels, for a Message-ID is ASCII where a
// relay without SMTPUTF8 is to take it.
func messageIDDomain(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	m, err := host.ParseMailbox("x@" + s)
	if err != nil || strings.HasPrefix(m.Domain, "[") {
		return "", fmt.Errorf("%q is no domain: write one such as acme.example", clip(s))
	}
	return m.Domain, nil
}

func sizeBound(n int) (int, error) {
	switch {
	case n == 0:
		return defaultMaxSize, nil
	case n < 0:
		return 0, fmt.Errorf("%d is negative: write a number of bytes, or 0 for %d", n, defaultMaxSize)
	case n > mostMaxSize:
		return 0, fmt.Errorf("%d bytes are more than a queue takes: write at most %d", n, mostMaxSize)
	}
	return n, nil
}

// complete gives a draft what its block, words and options left open.
func (c *defaults) complete(d *draft, now time.Time) error {
	if len(d.addresses["From"]) == 0 {
		d.addresses["From"] = c.from
	}
	if len(d.addresses["Reply-To"]) == 0 {
		d.addresses["Reply-To"] = c.replyTo
	}
	if err := c.addHeaders(d); err != nil {
		return err
	}
	from, err := d.from()
	if err != nil {
		return err
	}
	d.date, d.messageID = now, c.newMessageID(from)
	return nil
}

func (c *defaults) newMessageID(from host.Mailbox) string {
	domain := c.domain
	if domain == "" {
		domain = from.Domain
	}
	return strings.ToLower(rand.Text()) + "@" + domain
}
