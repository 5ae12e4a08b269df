package main

import (
	"context"
	"time"
)

// A fake is a contender that reports what it does instead of sending.
type fake struct {
	name   string
	tell   func(what string)
	rate   float64
	failAt string // what fails
	err    error
}

func (f *fake) contender() contender {
	return contender{name: f.name, open: func(context.Context, string, int) (fleet, error) { return f, f.do("open") }}
}

func (f *fake) do(what string) error {
	if f.tell != nil {
		f.tell(f.name + " " + what)
	}
	if f.failAt == what {
		return f.err
	}
	return nil
}

func (f *fake) warm(context.Context) (int, error) { return 1, f.do("warm") }

func (f *fake) send(context.Context, time.Duration) (tally, error) {
	return tally{mails: 1, perSecond: f.rate}, f.do("send")
}

func (f *fake) close() error { return f.do("close") }
