package main

import (
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/internal/entryjson"
)

// list shows what the query matches, and without one all that is not sent.
func (a *app) list(args []string) error {
	filters, err := a.filters(args)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		filters = nil
		for _, state := range queue.States {
			if state != queue.Sent {
				filters = append(filters, queue.Filter{State: state})
			}
		}
	}
	l := &lister{app: a}
	for _, filter := range filters {
		if err := l.all(filter); err != nil {
			return err
		}
	}
	switch {
	case l.n == 0 && len(args) > 0:
		return errNothing
	case !a.json:
		fmt.Fprintf(a.out, "-- %s, %s bytes\n", mails(l.n), number(l.bytes))
	}
	return nil
}

// A lister writes entries.
type lister struct {
	*app
	n, bytes int
}

func (l *lister) all(filter queue.Filter) error {
	page := queue.Page{Size: 500}
	for {
		found, next, err := l.queue.Search(l.ctx, filter, page)
		if err != nil {
			return err
		}
		for i := range found {
			if l.limit > 0 && l.n == l.limit {
				return nil
			}
			if err := l.entry(&found[i]); err != nil {
				return err
			}
		}
		if page.Before = next; next == "" {
			return nil
		}
	}
}

func (l *lister) entry(e *queue.Entry) error {
	if l.n++; l.json {
		return writeJSON(l.out, entryjson.Of(e))
	}
	l.bytes += e.Size
	width, _ := l.screen(l.out)
	to := plain(e.To)
	if e.Recipients > 1 {
		to += fmt.Sprintf(" +%d", e.Recipients-1)
	}
	line := fmt.Sprintf("%s  %-9s %5s  %s  %s", plain(e.ID), state(e), age(l.now().Sub(e.Queued)), to, plain(e.Subject))
	_, err := fmt.Fprintln(l.out, fit(line, width))
	if err == nil && e.State != queue.Sent && (e.Attempts > 0 || e.Last != "") {
		_, err = fmt.Fprintln(l.out, fit(fmt.Sprintf("    (%d tries: %s)", e.Attempts, plain(e.Last)), width))
	}
	return err
}

func state(e *queue.Entry) string {
	if e.Sending {
		return "sending"
	}
	return e.State.String()
}

// age tells a span of time in one number.
func age(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dd", d/(24*time.Hour))
}
