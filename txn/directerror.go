package txn

import (
	"fmt"
	"strings"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// A DirectError is returned by a Commit to [Direct] that did not bring every mail to
// every recipient.
type DirectError struct {
	Sent      []Delivery // have their mail for good
	Uncertain []Delivery // may have it: no answer came
	Failed    []Delivery // were refused, or the relay could not be reached
	Unsent    []Delivery // were not tried, because of those before
}

// A Delivery is what became of one recipient of a mail.
type Delivery struct {
	Mail   *queue.Mail
	Report host.Report
}

func (e *DirectError) add(d Delivery) {
	list := &e.Failed
	switch d.Report.Outcome {
	case host.Delivered:
		list = &e.Sent
	case host.Uncertain:
		list = &e.Uncertain
	case host.Unsent:
		list = &e.Unsent
	}
	*list = append(*list, d)
}

// left tells whether some mail has left, or may have.
func (e *DirectError) left() bool { return len(e.Sent)+len(e.Uncertain) > 0 }

// Error says what failed and who has the mail already, with the first few
// recipients of each.
func (e *DirectError) Error() string {
	var parts []string
	for _, p := range []struct {
		what string
		list []Delivery
	}{
		{"failed", e.Failed},
		{"uncertain", e.Uncertain},
		{"sent already, for good", e.Sent},
		{"not tried", e.Unsent},
	} {
		if len(p.list) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s: %s", len(p.list), p.what, first(p.list)))
		}
	}
	return "txn: not every mail was sent: " + strings.Join(parts, "; ")
}

// shown is how many recipients of a list an error names.
const shown = 3

func first(list []Delivery) string {
	var names []string
	for _, d := range list[:min(shown, len(list))] {
		name := d.Report.To
		if d.Report.Outcome != host.Delivered && d.Report.Text != "" {
			name += " (" + d.Report.Text + ")"
		}
		names = append(names, name)
	}
	if more := len(list) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}
