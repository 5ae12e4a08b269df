package host

import "context"

// Discard is a Host for development: it sends nothing to anyone and reports
// every mail as Delivered, with a text that says so. Never use it where somebody
// waits for mail.
//
// What [SMTP] refuses before it asks a server, such as an address that is none,
// Discard refuses too, so that mistakes show. Use package
// [github.com/go-mailhost/mailhost/host/hosttest] where the mails are to be
// looked at.
type Discard struct{}

var _ Host = Discard{}

// Send implements [Host].
func (Discard) Send(ctx context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	for i, e := range batch {
		d := newDelivery(e)
		if err := ctx.Err(); err != nil {
			d.settlePending(*unsent(err))
		}
		d.settlePending(Report{Outcome: Delivered, Text: "discarded: sent to nobody, for the host is Discard"})
		done(i, d.reports)
	}
}

// Validate returns nil: there is nothing to be wrong.
func (Discard) Validate() error { return nil }
