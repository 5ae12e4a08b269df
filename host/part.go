package host

import "context"

// A part is some envelopes of a batch on their way to one host. A Host that
// stands before others sends its batch in parts.
type part struct {
	host      Host
	envelopes []*Envelope
	indexes   []int // of each in the batch
}

func (p *part) add(index int, e *Envelope) {
	p.envelopes = append(p.envelopes, e)
	p.indexes = append(p.indexes, index)
}

// send sends the part, if there is anything in it, and calls done with indexes of
// the batch. It holds the host to the contract of [Host] in what others rely on: done
// is called once for each envelope, with one report for each recipient.
func (p *part) send(ctx context.Context, done func(i int, reports []Report)) {
	if len(p.envelopes) == 0 {
		return
	}
	given := make([]bool, len(p.envelopes))
	p.host.Send(ctx, p.envelopes, func(k int, reports []Report) {
		if k < 0 || k >= len(given) || given[k] {
			return
		}
		given[k] = true
		if e := p.envelopes[k]; len(reports) != len(e.To) {
			reports = sameForAll(e, doubt)
		}
		done(p.indexes[k], reports)
	})
	for k, e := range p.envelopes {
		if !given[k] {
			done(p.indexes[k], sameForAll(e, doubt))
		}
	}
}

// doubt is what to say of a mail about which its host did not say what became
// of each recipient.
var doubt = Report{Outcome: Uncertain, Text: "the host did not report an outcome for each recipient"}
