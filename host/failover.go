package host

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Failover is a Host that sends to the first of several hosts that can be
// reached. Set Hosts, the preferred one first, and use it; its fields must not be
// changed after the first Send. A mistake in them makes every mail Unreachable,
// with Alarm set: call Validate when the program starts.
//
// What is Unreachable at one host goes on to the next at once, in the same Send,
// for those recipients that were; so does what that host left Unsent because it
// had given up. What a host has answered stays: an Uncertain mail may have been
// delivered, and a Transient or Permanent one was refused by a relay that works.
//
// A host at which a mail was Unreachable rests: 30 s after the first failure,
// doubling to 5 min, and is skipped meanwhile. A mail that it delivers, or answers
// otherwise with a reply code, ends its rest and its count of failures. Where all
// rest, a Send tries the one whose rest ends first, and that one alone, so that no
// mail is refused without a try and a failing relay is not asked more often than
// the caller sends.
//
// Where no host could be reached, a recipient has the report of the last that was
// tried; Alarm is set if any of them set it, and AtMail if any of them had AtMail,
// for then a relay was there.
type Failover struct {
	Hosts []Host // at least one; the first that does not rest is preferred

	start   sync.Once
	mistake error
	roster  roster
}

var _ Host = (*Failover)(nil)

// Send implements [Host]. Mails of a batch that go on to another host are
// reported after those that do not.
func (f *Failover) Send(ctx context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	f.start.Do(func() {
		f.mistake = f.mistakes()
		f.roster.rests = make([]rest, len(f.Hosts))
	})
	if f.mistake != nil {
		refuseAll(batch, f.mistake, done)
		return
	}
	b := newBaton(batch, done)
	tried := make([]bool, len(f.Hosts))
	for b.open() {
		n, ok := f.roster.next(tried)
		if !ok {
			break
		}
		tried[n] = true
		seen := f.roster.failures(n)
		b.pass(ctx, f.Hosts[n], func(reports []Report) { seen = f.roster.note(n, seen, reports) })
		if ctx.Err() != nil {
			break
		}
	}
	b.finish()
}

// Validate returns an error that names every mistake in the fields and in the
// hosts, or nil.
func (f *Failover) Validate() error {
	errs := []error{f.mistakes()}
	for n, h := range f.Hosts {
		errs = append(errs, validateChild(fmt.Sprintf("Hosts[%d]", n), h))
	}
	return errors.Join(errs...)
}

func (f *Failover) mistakes() error {
	if len(f.Hosts) == 0 {
		return errors.New("host: Failover has no Hosts")
	}
	var errs []error
	for n, h := range f.Hosts {
		if h == nil {
			errs = append(errs, fmt.Errorf("host: Hosts[%d] is nil", n))
		}
	}
	return errors.Join(errs...)
}

// Close closes those of the hosts that can be closed. Sends to them then report
// what a closed host does.
func (f *Failover) Close() error {
	var errs []error
	for _, h := range f.Hosts {
		errs = append(errs, closeChild(h))
	}
	return errors.Join(errs...)
}
