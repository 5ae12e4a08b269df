package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// A change is what a command does to mail.
type change struct {
	name      string
	operation queue.Operation
	asks      bool // where it touches more than one mail
	do        func(ctx context.Context, filter queue.Filter) (int, error)
}

func (a *app) retry(args []string) error {
	return a.change(args, change{"retry", queue.OperationRetry, true, a.queue.Retry})
}

func (a *app) hold(args []string) error {
	return a.change(args, change{"hold", queue.OperationHold, false, a.queue.Hold})
}

func (a *app) release(args []string) error {
	return a.change(args, change{"release", queue.OperationRelease, false, a.queue.Release})
}

func (a *app) delete(args []string) error {
	return a.change(args, change{"delete", queue.OperationDelete, true, a.queue.Delete})
}

func (a *app) reschedule(args []string) error {
	if len(args) == 0 {
		return usagef("reschedule takes a time and a query: mailq reschedule 2h to:@example.com")
	}
	at, err := queue.ParseWhen(args[0], a.now())
	if err != nil {
		return usageError{err}
	}
	return a.change(args[1:], change{"reschedule", queue.OperationReschedule, false,
		func(ctx context.Context, filter queue.Filter) (int, error) {
			return a.queue.Reschedule(ctx, filter, at)
		}})
}

// flush makes deferred mail due. It asks nobody, as postqueue -f does not.
func (a *app) flush(args []string) error {
	filters, err := a.filters(args)
	if err != nil {
		return err
	}
	for i := range filters {
		if s := filters[i].State; s != queue.AnyState && s != queue.Deferred {
			return usagef("flush is about deferred mail: leave out state:%v, or use retry", s)
		}
		filters[i].State = queue.Deferred
	}
	err = a.apply(filters, change{"flush", queue.OperationRetry, false, a.queue.Retry})
	if len(args) == 0 && errors.Is(err, errNothing) {
		return nil // as postqueue -f
	}
	return err
}

func (a *app) change(args []string, c change) error {
	if len(args) == 0 {
		return usagef("%s takes a query, or all: mailq %s id:…", c.name, c.name)
	}
	filters, err := a.filters(args)
	if err != nil {
		return err
	}
	return a.apply(filters, c)
}

func (a *app) apply(filters []queue.Filter, c change) error {
	expected, err := a.expect(filters, c.operation)
	if err != nil {
		return err
	}
	if c.asks && expected > 1 && !a.yes {
		if err := a.confirm(fmt.Sprintf("%s %s mails?", c.name, number(expected))); err != nil {
			return err
		}
	}
	done := 0
	for _, filter := range filters {
		before := done
		ctx := queue.WithProgress(a.ctx, a.progress(c.name, before, expected))
		n, err := c.do(ctx, filter)
		if done += n; err != nil {
			return err
		}
	}
	return a.changed(c.name, done)
}

// expect returns how many mails the operation would change now.
func (a *app) expect(filters []queue.Filter, o queue.Operation) (n int, err error) {
	for _, filter := range filters {
		counts, err := a.queue.Count(a.ctx, filter)
		if err != nil {
			return 0, err
		}
		for state, count := range counts {
			if o.Applies(state) {
				n += count
			}
		}
	}
	return n, nil
}

func (a *app) changed(name string, n int) error {
	if a.json {
		if err := writeJSON(a.out, map[string]any{"operation": name, "mails": n}); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(a.out, "%s: %s\n", name, mails(n))
	}
	if n == 0 {
		return fmt.Errorf("%w, or none that %s is for", errNothing, name)
	}
	return nil
}

// confirm asks on a terminal, and refuses where there is none.
func (a *app) confirm(question string) error {
	if _, ok := a.screen(a.stdin); !ok {
		return usagef("%s Say -yes, for there is no terminal to ask on", question)
	}
	fmt.Fprint(a.err, question+" [y/N] ")
	answer, _ := bufio.NewReader(a.stdin).ReadString('\n')
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return errors.New("nothing was changed")
}

// progress returns what tells on a terminal, or under -v, how far long work is.
func (a *app) progress(name string, before, expected int) func(n int) {
	_, terminal := a.screen(a.err)
	if !terminal && !a.verbose || expected <= 500 {
		return func(int) {}
	}
	var last time.Time
	return func(n int) {
		if now := a.now(); now.Sub(last) >= 100*time.Millisecond || before+n >= expected {
			last = now
			fmt.Fprintf(a.err, "%s: %s of %s\n", name, number(before+n), number(expected))
		}
	}
}

func mails(n int) string {
	if n == 1 {
		return "1 mail"
	}
	return number(n) + " mails"
}

// number writes thousands apart.
func number(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
