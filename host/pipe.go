package host

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Pipe is a Host that hands each mail to a program in the manner of sendmail, such
// as that of Postfix, Exim, OpenSMTPD or msmtp. The zero Pipe works where
// /usr/sbin/sendmail is one. Its fields must not be changed after the first Send. A
// mistake in them makes every mail Unreachable, with Alarm set: call Validate when
// the program starts.
//
// The program is run without a shell as
//
//	Path Args… -f reverse-path -- recipient…
//
// once for each mail and 100 of its recipients, one at a time in each Send. The null
// sender is "<>". Standard input is the mail, with lines ended by LF. The environment
// is PATH, and HOME, where some programs look for their configuration; the folder is
// the root. What [SMTP] refuses without asking a server is refused; an address that
// begins with a hyphen, which a program may take for an option, is Permanent too.
//
// The program's exit code decides for all recipients of the run, by the words of
// sysexits.h:
//
//	0                                       Delivered: the program has it, and its queue goes on
//	64 USAGE, 65 DATAERR, 67 NOUSER,
//	68 NOHOST                               Permanent
//	77 NOPERM, 78 CONFIG, 126, 127,
//	or it cannot be started                 Unreachable, with Alarm set
//	69 UNAVAILABLE, 71, 73, 74,
//	75 TEMPFAIL, and all others             Transient
//
// Where it is Permanent for several recipients, which may be due to one of them, the
// program is run again for one at a time.
//
// One that ends by a signal, or is still there after Timeout and is killed with all
// that it has started, is Transient if it had not been given the whole content, else
// Uncertain. One that exits with 0 and has not read the whole content is Transient.
//
// A Report's Text has what the program wrote to standard error first, cut at 500
// bytes; its Relay is Path. Where a mail was Unreachable, the rest of the batch is,
// without another try.
type Pipe struct {
	Path    string        // the program, an absolute path. Default /usr/sbin/sendmail
	Args    []string      // of the program, before ours. -i (or -oi) must be among them, lest a line with a single dot end the mail. Default -i
	Timeout time.Duration // for one mail; less than a slow program needs makes duplicates. Default 5 min

	start   sync.Once
	mistake error
}

var _ Host = (*Pipe)(nil)

// Send implements [Host]. A mail for which the program was started is carried to
// its outcome within Timeout, whether ctx ends or not, unless [Abort] ends: then the
// program is killed, and the mail is Unsent if it had not been given the whole
// content, else Uncertain.
func (h *Pipe) Send(ctx context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	h.start.Do(func() { h.mistake = h.Validate() })
	var down *Report // what the rest of the batch gets
	if h.mistake != nil {
		down = misconfigured(h.mistake)
	}
	for i, e := range batch {
		d := newDelivery(e)
		refuseHyphens(d, e.From)
		if down == nil {
			down = h.deliver(ctx, d)
		}
		if down != nil {
			d.settlePending(*down)
		}
		done(i, d.reports)
	}
}

// deliver runs the program for those who are pending. Where it cannot do its work,
// it returns what to say of them and of the mails to come.
func (h *Pipe) deliver(ctx context.Context, d *delivery) (down *Report) {
	if err := ctx.Err(); err != nil {
		d.settlePending(*unsent(err))
	}
	abort := Abort(ctx)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.timeout())
	defer cancel()
	ctx, breakOff := context.WithCancelCause(ctx)
	defer breakOff(nil)
	defer context.AfterFunc(abort, func() { breakOff(errAborted) })()
	size := maxRecipients
	for len(d.pending) > 0 {
		group := d.pending[:min(len(d.pending), size)]
		r := h.run(ctx, d, group)
		switch {
		case r.Outcome == Unreachable:
			return &r
		case r.Outcome == Permanent && len(group) > 1:
			size = 1
		default:
			d.settle(group, r)
			d.pending = d.pending[len(group):]
		}
	}
	return nil
}

// refuseHyphens refuses addresses that begin with a hyphen. They stand where
// programs that follow the manner take no options, but not all do.
func refuseHyphens(d *delivery, from string) {
	const why = "an address that begins with a hyphen is not handed to a program"
	if strings.HasPrefix(from, "-") {
		d.refuse("5.1.7", why)
	}
	d.refuseWhere(func(m Mailbox) bool { return strings.HasPrefix(m.Local, "-") }, "5.1.3", why)
}

// Validate returns an error that names every mistake in the fields, or nil. It does
// not look whether the program is there.
func (h *Pipe) Validate() error {
	var errs []error
	if h.Path != "" && !filepath.IsAbs(h.Path) {
		errs = append(errs, fmt.Errorf("host: Path %q is not absolute: write it from the root, as /usr/sbin/sendmail",
			shown(h.Path)))
	}
	if args := h.args(); !slices.Contains(args, "-i") && !slices.Contains(args, "-oi") {
		errs = append(errs, errors.New("host: Args lacks -i: without it a line with a single dot ends the mail"))
	}
	for _, arg := range h.args() {
		switch {
		case slices.Contains([]string{"-t", "-ti", "-it", "--"}, arg):
			errs = append(errs, fmt.Errorf("host: Args has %s: the recipients are those of the envelope, and stand behind it", arg))
		case strings.ContainsRune(arg, 0):
			errs = append(errs, fmt.Errorf("host: Args has %q: a NUL cannot be in an argument", shown(arg)))
		}
	}
	if strings.ContainsRune(h.Path, 0) {
		errs = append(errs, errors.New("host: Path has a NUL"))
	}
	if h.Timeout < 0 {
		errs = append(errs, fmt.Errorf("host: Timeout is %v: use 0 for the default of 5 min", h.Timeout))
	}
	return errors.Join(errs...)
}

func (h *Pipe) timeout() time.Duration { return cmp.Or(h.Timeout, 5*time.Minute) }

func (h *Pipe) path() string { return cmp.Or(h.Path, "/usr/sbin/sendmail") }

func (h *Pipe) args() []string {
	if h.Args == nil {
		return []string{"-i"}
	}
	return h.Args
}
