package preview

import (
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/decode"
)

// A fact is one line of what is told of a mail.
type fact struct{ Name, Value string }

// facts returns what a reader sees above a mail, and then how it travels.
func facts(m *queue.Mail, d *decode.Message) []fact {
	list := []fact{
		{"From", addressList(d.From)},
		{"Reply-To", addressList(d.ReplyTo)},
		{"To", addressList(d.To)},
		{"Cc", addressList(d.Cc)},
		{"Bcc", strings.Join(hidden(m.To, d), ", ")},
		{"Date", moment(d.Date)},
		{"Envelope", envelope(m)},
		{"Lane", lane(m)},
		{"Not before", moment(m.NotBefore)},
		{"Expires", moment(m.Expires)},
		{"Route", m.Route},
		{"Key", m.Key},
	}
	for _, name := range slices.Sorted(maps.Keys(m.Meta)) {
		list = append(list, fact{"Meta " + name, m.Meta[name]})
	}
	return slices.DeleteFunc(list, func(f fact) bool { return f.Value == "" })
}

func envelope(m *queue.Mail) string {
	from := m.From
	if from == "" {
		from = "null sender"
	}
	return fmt.Sprintf("%s → %s (%s)", from, strings.Join(m.To, ", "), plural(len(m.To), "recipient"))
}

func lane(m *queue.Mail) string {
	if m.Once {
		return m.Lane.String() + ", once"
	}
	return m.Lane.String()
}

// hidden returns the recipients that stand in no header: those of Bcc, and all
// others that only the envelope has.
func hidden(recipients []string, d *decode.Message) (list []string) {
	seen := map[string]bool{}
	for _, a := range slices.Concat(d.To, d.Cc) {
		seen[relayForm(a.Address)] = true
	}
	for _, to := range recipients {
		if !seen[relayForm(to)] {
			list = append(list, to)
		}
	}
	return list
}

// relayForm returns an address in the form that a relay takes: one mailbox has the
// same form in the header and in the envelope.
func relayForm(address string) string {
	local, domain, _ := cutLast(address, "@")
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	return strings.ReplaceAll(local, `"`, "") + "@" + strings.ToLower(domain)
}

func addressList(list []mail.Address) string {
	words := make([]string, len(list))
	for i, a := range list {
		words[i] = a.Address
		if a.Name != "" {
			words[i] = a.Name + " <" + a.Address + ">"
		}
	}
	return strings.Join(words, ", ")
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04:05 -07:00")
}

func plural(n int, what string) string {
	switch {
	case n == 1:
		return "1 " + what
	case strings.HasSuffix(what, "s"):
		return fmt.Sprintf("%d %ses", n, what)
	}
	return fmt.Sprintf("%d %ss", n, what)
}
