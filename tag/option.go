package tag

import (
	"errors"
	"fmt"
	"time"
)

// An Option of [Set.Send] is what a word is to a block, with the same name, the
// same values and the same rules.
type Option struct {
	word  string
	key   string // of meta
	value any
}

// The options without a value.
var (
	Immediate = Option{word: wordImmediate} // wakes the mailer
	Defer     = Option{word: wordDefer}     // goes later, after everything else
	Once      = Option{word: wordOnce}      // at most once: not sent again when the outcome is uncertain
	NoText    = Option{word: wordNoText}    // no text is made from an HTML part
	InlineCSS = Option{word: wordInlineCSS} // style rules of an HTML part move into style attributes
)

// After lets the mail wait until d has passed.
func After(d time.Duration) Option { return Option{word: wordAfter, value: d} }

// At lets the mail wait until t.
func At(t time.Time) Option { return Option{word: wordAt, value: t} }

// Expires ends the attempts to send the mail when d has passed since it might
// first be sent.
func Expires(d time.Duration) Option { return Option{word: wordExpires, value: d} }

// ExpiresAt ends the attempts to send the mail at t.
func ExpiresAt(t time.Time) Option { return Option{word: wordExpires, value: t} }

// Key is the mail's idempotency key, of at most 200 bytes: a second mail with the
// same key and recipients is dropped.
func Key(key string) Option { return Option{word: wordKey, value: key} }

// Route names the route that takes the mail.
func Route(name string) Option { return Option{word: wordRoute, value: name} }

// Meta gives the mail a value of the application's own, under a key. All of a
// mail's have at most 4 KiB.
func Meta(key, value string) Option { return Option{wordMeta, key, value} }

// To sets the recipients, whatever the template says. Each is one address, with a
// name or without; where name and mailbox come apart, mail.Address.String of
// net/mail puts them together.
func To(addresses ...string) Option { return Option{word: "to", value: addresses} }

// Cc sets the recipients of copies, whatever the template says.
func Cc(addresses ...string) Option { return Option{word: "cc", value: addresses} }

// Bcc sets the recipients that no header shows, whatever the template says.
func Bcc(addresses ...string) Option { return Option{word: "bcc", value: addresses} }

// From sets the author, whatever the template says.
func From(address string) Option { return Option{word: "from", value: address} }

// ReplyTo sets where answers go, whatever the template says.
func ReplyTo(addresses ...string) Option { return Option{word: "reply-to", value: addresses} }

// ReturnPath sets the address that hears of mail which cannot be delivered; "<>"
// says that none does (RFC 5321 section 4.5.5).
func ReturnPath(address string) Option { return Option{word: wordReturnPath, value: address} }

// Subject sets the subject, whatever the template says.
func Subject(s string) Option { return Option{word: wordSubject, value: s} }

// Unsubscribe sets the URL where a reader leaves the list by one click (RFC 8058).
func Unsubscribe(url string) Option { return Option{word: wordUnsubscribe, value: url} }

// setOptions takes the options of a mail, which win over its header lines.
func (d *draft) setOptions(options []Option) error {
	var before []saidWord
	for _, o := range options {
		w := wordNamed(o.word)
		if w == nil {
			return errors.New("an Option is empty: use Immediate, After and the others of this package")
		}
		said := saidWord{word: w, key: o.key}
		if what := contradicts(before, said); what != "" {
			return errors.New(what)
		}
		if err := w.set(d, o.key, o.value); err != nil {
			return fmt.Errorf("the option %q: %w", o.word, err)
		}
		before = append(before, said)
	}
	return nil
}
