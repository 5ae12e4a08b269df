package main

import (
	"fmt"

	"github.com/go-mailhost/mailhost/queue"
)

// log shows what operators did, newest first.
func (a *app) log(args []string) error {
	if len(args) > 0 {
		return usagef("log takes no words")
	}
	left := a.limit
	if left <= 0 {
		left = 50
	}
	for before := int64(0); left > 0; {
		lines, err := a.queue.Audits(a.ctx, before, min(left, 500))
		if err != nil || len(lines) == 0 {
			return err
		}
		for _, line := range lines {
			if err := a.logLine(line); err != nil {
				return err
			}
			before = line.Number
		}
		left -= len(lines)
	}
	return nil
}

func (a *app) logLine(l queue.Audit) error {
	if a.json {
		return writeJSON(a.out, map[string]any{"number": l.Number, "at": l.At.UTC(), "who": l.Who, "what": l.What,
			"which": l.Which, "mails": l.Mails, "error": l.Error})
	}
	width, _ := a.screen(a.out)
	_, err := fmt.Fprintln(a.out, fit(plain(fmt.Sprintf("%s  %s  %s  %s  %s  %s",
		moment(l.At), l.Who, l.What, mails(l.Mails), l.Which, l.Error)), width))
	return err
}

// shape shows the ages of waiting mail by recipient domain, as qshape does.
func (a *app) shape(args []string) error {
	state := queue.AnyState
	if len(args) > 1 {
		return usagef("shape takes one queue: outgoing, deferred or held")
	}
	if len(args) == 1 {
		var err error
		if state, err = queue.ParseState(args[0]); err != nil {
			return usageError{err}
		}
	}
	s, err := a.queue.Shape(a.ctx, state, a.limit)
	if err != nil {
		return err
	}
	if !a.json {
		fmt.Fprintf(a.out, "%30s %6s", "", "T")
		for _, d := range queue.ShapeAges {
			fmt.Fprintf(a.out, "%6d", int(d.Minutes()))
		}
		fmt.Fprintln(a.out, "  more")
	}
	for _, d := range s.Domains {
		name := plain(d.Domain)
		if d.Domain == "" {
			name = "(all others)"
		}
		if a.json {
			err = writeJSON(a.out, map[string]any{"domain": d.Domain, "waiting": d.Waiting, "ages": d.Ages})
		} else {
			_, err = fmt.Fprintf(a.out, "%30s %6d%s\n", fit(name, 30), d.Waiting, ages(d.Ages[:]))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func ages(counts []int) (text string) {
	for _, n := range counts {
		text += fmt.Sprintf("%6d", n)
	}
	return text
}
