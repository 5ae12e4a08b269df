package host

import "fmt"

// report returns what the reply to a command means for a recipient. Where it
// is no answer to that command, the text says what came instead.
func (rep *reply) report(outcome Outcome, command string) Report {
	r := Report{Outcome: outcome, Code: rep.verdict()}
	switch {
	case r.Code >= 400 || outcome == Delivered:
		r.Enhanced, r.Text = rep.enhanced(), rep.text()
	case rep.err != nil:
		r.Code = 0
		r.Text = cleanText(fmt.Sprintf("no reply to %s: %v %s", command, rep.err, rep.text()))
	default:
		r.Text = cleanText(fmt.Sprintf("unexpected reply to %s: %d %s", command, rep.code, rep.text()))
	}
	return r
}

// unsent says why an envelope was not tried.
func unsent(err error) *Report {
	return &Report{Outcome: Unsent, Text: cleanText(fmt.Sprintf("not sent: %v", err))}
}

// misconfigured says that a mistake in the fields of a Host keeps it from sending.
func misconfigured(mistake error) *Report {
	return &Report{Outcome: Unreachable, Text: cleanText(mistake.Error()), Alarm: true}
}

// refuseAll reports a batch of which no mail is sent, because of a mistake in the
// fields of the Host.
func refuseAll(batch []*Envelope, mistake error, done func(i int, reports []Report)) {
	for i, e := range batch {
		done(i, sameForAll(e, *misconfigured(mistake)))
	}
}

// sameForAll returns a report for each recipient of e, in order.
func sameForAll(e *Envelope, r Report) []Report {
	reports := make([]Report, len(e.To))
	for i, to := range e.To {
		r.To = to
		reports[i] = r
	}
	return reports
}
