package host

// A Mailbox is an address that an SMTP command may carry.
type Mailbox struct {
	Local  string // as on the wire, with its quotes where it has them
	Domain string // ASCII: a domain in A-labels, or an address literal with its brackets
}

// String returns the mailbox as it goes on the wire, without angle brackets.
func (m Mailbox) String() string { return m.Local + "@" + m.Domain }

// ParseMailbox TODO replaced by the real one.
func ParseMailbox(s string) (Mailbox, error) { panic("not written yet") }
