package host

import "fmt"

// An Outcome is what became of one recipient in one attempt.
type Outcome uint8

const (
	// Unsent: not tried, because the context ended first, or the relay gave up at
	// a mail before this one; or broken off before its last byte was sent. Nothing
	// changes.
	Unsent Outcome = iota
	// Delivered: the server answered 2yz after the last byte. Done for good.
	Delivered
	// Transient: 4yz to this mail or recipient, or the connection was lost
	// after MAIL was answered and before the last byte. To be tried again.
	Transient
	// Permanent: 5yz to this mail or recipient, or a mail that cannot be sent
	// as it is. Trying again would not help.
	Permanent
	// Unreachable: the relay could not be talked to (dial, greeting, EHLO, TLS,
	// AUTH, or lost or throttled at MAIL), or refuses all mail, or the fields of
	// the Host are wrong. It says nothing about the mail.
	Unreachable
	// Uncertain: the last byte was sent and no verdict came. The mail may have
	// been delivered.
	Uncertain
)

var outcomeNames = [...]string{"unsent", "delivered", "transient", "permanent", "unreachable", "uncertain"}

// String returns the outcome's name in lower case.
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return fmt.Sprintf("outcome(%d)", uint8(o))
}
