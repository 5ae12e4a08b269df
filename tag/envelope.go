package tag

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-mailhost/mailhost/host"
)

var (
	errNoFrom      = errors.New("the mail has no From")
	errNoRecipient = errors.New("the mail has no recipient")
)

const (
	adviceFrom      = `give it a From line, the word "from", or set Config.From`
	adviceRecipient = `give it a To, Cc or Bcc line, or the word "to"`

	adviceFromAlone      = `give it the word "from", or set Config.From; header lines need {{with sendmail}} before them`
	adviceRecipientAlone = `give it the word "to"; header lines need {{with sendmail}} before them`
)

// maxRecipients bounds one mail. RFC 5321 section 4.5.3.1.8 lets a relay refuse
// more.
const maxRecipients = 100

// recipients returns To, Cc and Bcc together, each mailbox once. The case of
// domains does not tell two apart (RFC 5321 section 2.4).
func (d *draft) recipients() ([]string, error) {
	var to []string
	seen := map[host.Mailbox]bool{}
	for _, name := range []string{"To", "Cc", "Bcc"} {
		for _, a := range d.addresses[name] {
			key := host.Mailbox{Local: a.Mailbox.Local, Domain: strings.ToLower(a.Mailbox.Domain)}
			if !seen[key] {
				seen[key] = true
				to = append(to, a.Mailbox.String())
			}
			if len(to) > maxRecipients {
				return nil, fmt.Errorf("the mail has more than %d recipients: write a mail for each, with range around the block", maxRecipients)
			}
		}
	}
	if len(to) == 0 {
		return nil, fmt.Errorf("%w: %s", errNoRecipient, adviceRecipient)
	}
	return to, nil
}

// from returns the author's mailbox, which is also the reverse-path.
func (d *draft) from() (host.Mailbox, error) {
	switch from := d.addresses["From"]; len(from) {
	case 1:
		return from[0].Mailbox, nil
	case 0:
		return host.Mailbox{}, fmt.Errorf("%w: %s", errNoFrom, adviceFrom)
	default:
		return host.Mailbox{}, errors.New("the mail has more than one From address: write one")
	}
}

// reversePath returns who hears of mail that cannot be delivered (RFC 5321 section
// 4.4), without angle brackets.
func (d *draft) reversePath(from host.Mailbox) string {
	switch d.returnPath {
	case "":
		return from.String()
	case "<>":
		return ""
	}
	return d.returnPath
}
