package host

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// Validate returns an error that names every mistake in the fields, or nil. It
// neither looks up names nor connects.
func (h *SMTP) Validate() error { return h.validate(false) }

func (h *SMTP) validate(lmtp bool) error {
	_, _, err := dialAddr(h.Addr, lmtp)
	return errors.Join(err, h.validateName(), h.validateNumbers(), h.validateTLS(), h.validateIgnore(), h.DSN.validate())
}

func (h *SMTP) validateName() error {
	if h.LocalName == "" {
		return nil
	}
	if _, err := parseDomainOrLiteral(h.LocalName); err != nil {
		return fmt.Errorf("host: LocalName %q is no domain and no address literal: %w", shown(h.LocalName), err)
	}
	return nil
}

// ignorable are the extensions without which a server can be used all the same.
var ignorable = []string{"SIZE", "8BITMIME", "SMTPUTF8", "PIPELINING", "CHUNKING", "DSN", "LIMITS"}

func (h *SMTP) validateIgnore() error {
	var errs []error
	for _, keyword := range h.Ignore {
		if !containsFold(ignorable, keyword) {
			errs = append(errs, fmt.Errorf("host: Ignore has %q: use %s", shown(keyword), strings.Join(ignorable, ", ")))
		}
	}
	return errors.Join(errs...)
}

func (h *SMTP) validateTLS() error {
	var errs []error
	if h.TLS > TLSNone {
		errs = append(errs, fmt.Errorf("host: TLS is the unknown %v", h.TLS))
	}
	if h.TLSConfig != nil && h.TLS == TLSNone {
		errs = append(errs, errors.New("host: TLSConfig is set, and TLS is TLSNone: leave one of them out"))
	}
	return errors.Join(errs...)
}

func (h *SMTP) validateNumbers() error {
	var errs []error
	if h.MaxConns < 0 {
		errs = append(errs, fmt.Errorf("host: MaxConns is %d: use 0 for the default of 4", h.MaxConns))
	}
	if h.MaxPerConn < 0 {
		errs = append(errs, fmt.Errorf("host: MaxPerConn is %d: use 0 for no limit", h.MaxPerConn))
	}
	if !(h.Rate >= 0) || math.IsInf(h.Rate, 0) {
		errs = append(errs, fmt.Errorf("host: Rate is %v: use a number of mails per second, or 0 for no limit", h.Rate))
	}
	t := h.Timeouts
	for _, limit := range []struct {
		name string
		d    time.Duration
	}{
		{"MaxAge", h.MaxAge}, {"IdleClose", h.IdleClose}, {"NoopAfter", h.NoopAfter},
		{"Timeouts.Dial", t.Dial}, {"Timeouts.Greeting", t.Greeting}, {"Timeouts.TLS", t.TLS}, {"Timeouts.Command", t.Command},
		{"Timeouts.Data", t.Data}, {"Timeouts.Block", t.Block}, {"Timeouts.Verdict", t.Verdict},
		{"Timeouts.Check", t.Check}, {"Timeouts.Quit", t.Quit},
	} {
		if limit.d < 0 {
			errs = append(errs, fmt.Errorf("host: %s is %v: use 0 for the default", limit.name, limit.d))
		}
	}
	return errors.Join(errs...)
}
