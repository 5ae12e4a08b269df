package main

import (
	"context"
	"errors"
	"sync"
	"time"
)

// yardstick is the contender that the others' ratios are to.
const yardstick = "go-smtp"

// A contender is one way to send mail.
type contender struct {
	name string
	must string // the keyword without which it would not be what its name says
	// open connects to the relay, conns times.
	open func(ctx context.Context, addr string, conns int) (fleet, error)
	// apart is true where it runs in a process of its own.
	apart bool
}

// A fleet is a contender's connections to one relay.
type fleet interface {
	// warm makes sure that all connections are in use, and returns how many
	// mails that took.
	warm(ctx context.Context) (int, error)
	// send sends as fast as it can and starts no mail once d is over, or ctx.
	send(ctx context.Context, d time.Duration) (tally, error)
	close() error
}

// contenders returns those that can run here, in the order of the tables.
func contenders() []contender {
	all := []contender{
		{name: lockstep, open: openMailhost("PIPELINING")},
		{name: pipelined, must: "PIPELINING", open: openMailhost("CHUNKING")},
		{name: chunked, must: "CHUNKING", open: openMailhost()},
		{name: yardstick, open: openGoSMTP},
		{name: "net/smtp, kept", open: openNetSMTP},
		{name: "net/smtp.SendMail", open: openSendMail},
		{name: "go-mail", open: openGoMail},
	}
	if sourcePath() != "" {
		all = append(all, contender{name: "smtp-source", open: openSource, apart: true})
	}
	return all
}

// contenderNames returns the names of those that can run here.
func contenderNames() []string {
	var names []string
	for _, c := range contenders() {
		names = append(names, c.name)
	}
	return names
}

// A tally is how many mails were accepted, and how fast.
type tally struct {
	mails     int
	perSecond float64
}

// add counts the mails of one connection, the last of which was accepted after d.
// The rates of connections are added up, rather than divided by the time of the
// slowest, so that one that waits for the last mail of another is not held to
// have sent nothing meanwhile.
func (t *tally) add(mails int, d time.Duration) {
	if mails > 0 {
		t.mails += mails
		t.perSecond += float64(mails) / d.Seconds()
	}
}

// A line sends one mail at a time over a connection of its own.
type line struct {
	mail  func() error // returns when the mail was accepted
	close func() error
}

// lines are the fleet of most contenders.
type lines []line

// openLines opens n lines, or none.
func openLines(n int, open func() (line, error)) (fleet, error) {
	var ls lines
	for range n {
		l, err := open()
		if err != nil {
			return nil, errors.Join(err, ls.close())
		}
		ls = append(ls, l)
	}
	return ls, nil
}

func (ls lines) warm(ctx context.Context) (int, error) {
	t, err := ls.send(ctx, 0)
	return t.mails, err
}

// send sends at least one mail on each line.
func (ls lines) send(ctx context.Context, d time.Duration) (tally, error) {
	var (
		t     tally
		errs  []error
		mu    sync.Mutex
		group sync.WaitGroup
		start = time.Now()
	)
	for _, l := range ls {
		group.Go(func() {
			n, last, err := l.send(ctx, start, d)
			mu.Lock()
			defer mu.Unlock()
			t.add(n, last)
			errs = append(errs, err)
		})
	}
	group.Wait()
	return t, errors.Join(errs...)
}

// send returns how many mails were accepted, and when after start the last was.
func (l line) send(ctx context.Context, start time.Time, d time.Duration) (n int, last time.Duration, err error) {
	for err == nil {
		if err = l.mail(); err != nil {
			break
		}
		n++
		last = time.Since(start)
		if last >= d {
			break
		}
		err = ctx.Err()
	}
	return n, last, err
}

func (ls lines) close() error {
	errs := make([]error, len(ls))
	var group sync.WaitGroup
	for i, l := range ls {
		group.Go(func() { errs[i] = l.close() })
	}
	group.Wait()
	return errors.Join(errs...)
}
