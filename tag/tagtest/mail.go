package tagtest

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// A Mail is a mail as it was handed to the queue: the message decoded, its envelope,
// and how it should be queued. Its methods report to the test whose mail it is; they
// fail it and let it go on, but for Attachment and Link, which end it.
type Mail struct {
	Message
	Source []byte // the message itself

	ID         string
	ReturnPath string   // the reverse-path of the envelope
	Recipients []string // the forward-paths of the envelope
	Bcc        []string // those of Recipients that are neither in To nor in Cc

	Lane      queue.Lane
	NotBefore time.Time // zero where none was asked for
	Expires   time.Time // zero where none was asked for
	Key       string
	Once      bool
	Route     string
	Meta      map[string]string

	t      testing.TB
	wrong  error // why it cannot be decoded
	blamed bool  // complain has done its work
}

// Read returns a mail that did not come through a Recorder with the same methods,
// which report to t. It copies m. A mail that cannot be decoded fails the test.
func Read(t testing.TB, m *queue.Mail) *Mail {
	t.Helper()
	if m == nil {
		t.Fatalf("tagtest: Read needs a mail, not nil")
	}
	read := newMail(t, m)
	read.complain()
	return read
}

func newMail(t testing.TB, q *queue.Mail) *Mail {
	m := &Mail{
		t: t, ID: q.ID, ReturnPath: q.From, Recipients: slices.Clone(q.To), Source: bytes.Clone(q.Data),
		Lane: q.Lane, NotBefore: q.NotBefore, Expires: q.Expires, Key: q.Key, Once: q.Once, Route: q.Route, Meta: maps.Clone(q.Meta),
	}
	message, err := Decode(m.Source)
	if err != nil {
		m.wrong = err
		m.Subject = q.Subject // so that a list can name it
		return m
	}
	m.Message = *message
	m.Bcc = without(m.Recipients, m.shown())
	return m
}

// complain fails the test, once, where the message is not what it should be.
func (m *Mail) complain() {
	m.t.Helper()
	if m.blamed {
		return
	}
	m.blamed = true
	if m.wrong != nil {
		m.t.Errorf("tagtest: the mail %s cannot be read: %v", m.who(), m.wrong)
	}
	for _, problem := range m.Problems {
		m.t.Errorf("tagtest: the mail %s: %s", m.who(), problem)
	}
}

// who tells mails apart in failures.
func (m *Mail) who() string {
	if n := len(m.Recipients); n > 3 {
		return "to " + strings.Join(m.Recipients[:2], ", ") + " and others"
	}
	return "to " + strings.Join(m.Recipients, ", ")
}

// shown returns the addresses of To and Cc.
func (m *Mail) shown() []string {
	var all []string
	for _, a := range slices.Concat(m.To, m.Cc) {
		all = append(all, a.Address)
	}
	return all
}

func (m *Mail) goesTo(address string) bool {
	return slices.ContainsFunc(m.Recipients, func(to string) bool { return mailbox(to) == mailbox(address) })
}

// without returns those of list that are not in other.
func without(list, other []string) []string {
	known := map[string]bool{}
	for _, address := range other {
		known[mailbox(address)] = true
	}
	return slices.DeleteFunc(slices.Clone(list), func(address string) bool { return known[mailbox(address)] })
}

// mailbox returns an address in the form in which two are compared: in headers and
// envelopes a local part may or may not have its quotes, and the case of a domain
// does not count (RFC 5321 section 2.4).
func mailbox(address string) string {
	if parsed, err := host.ParseMailbox(address); err == nil {
		address = parsed.String()
	}
	at := max(strings.LastIndexByte(address, '@'), 0)
	local := address[:at]
	if quoted := len(local) > 1 && local[0] == '"' && local[len(local)-1] == '"'; quoted {
		local = backslashes.Replace(local[1 : len(local)-1])
	}
	return local + strings.ToLower(address[at:])
}

var backslashes = strings.NewReplacer(`\\`, `\`, `\`, ``)
