package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// Exit codes.
const (
	codeDone = iota
	codeError
	codeUsage
	codeNothing // no mail matched
)

// An app is one run of the program.
type app struct {
	ctx    context.Context
	stdin  io.Reader
	out    io.Writer
	err    io.Writer
	getenv func(name string) string
	screen func(stream any) (width int, terminal bool)
	now    func() time.Time

	store, schema              string
	json, verbose, yes, source bool
	limit                      int
	every                      time.Duration

	queue *queue.Queue
}

// A command is what the first argument names.
type command struct {
	args string // that it takes
	is   string // Postfix's command for the same
	does string
	run  func(a *app, args []string) error
}

// A usageError is a mistake in the arguments.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

var errNothing = errors.New("no mail matches")

func (a *app) run(args []string) int {
	err := a.do(args)
	var usage usageError
	switch {
	case err == nil:
		return codeDone
	case errors.As(err, &usage):
		fmt.Fprintf(a.err, "mailq: %s\nmailq --help says more.\n", a.secretless(err.Error()))
		return codeUsage
	case errors.Is(err, errNothing):
		fmt.Fprintln(a.err, "mailq: "+plain(err.Error()))
		return codeNothing
	}
	fmt.Fprintln(a.err, "mailq: "+a.secretless(err.Error()))
	return codeError
}

func (a *app) do(args []string) error {
	a.store, a.every = a.getenv("MAILQ_STORE"), 2*time.Second
	words, err := a.parse(args)
	if errors.Is(err, flag.ErrHelp) || err == nil && (len(words) == 0 || words[0] == "help") {
		_, err = io.WriteString(a.out, helpText())
		return err
	}
	if err != nil {
		return usageError{err}
	}
	c, ok := commands()[words[0]]
	if !ok {
		return usagef("there is no command %q", words[0])
	}
	store, err := a.openStore()
	if err != nil {
		return err
	}
	if a.queue, err = queue.Open(store, nil, queue.Config{Logger: slog.New(slog.DiscardHandler)}); err != nil {
		return errors.Join(err, store.Close())
	}
	a.ctx = queue.WithOperator(a.ctx, operator())
	err = c.run(a, words[1:])
	return errors.Join(err, a.queue.Close(context.Background()))
}

// parse reads the flags, which may stand before and behind the other words.
func (a *app) parse(args []string) (words []string, err error) {
	flags := flag.NewFlagSet("mailq", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&a.store, "store", a.store, "")
	flags.StringVar(&a.schema, "schema", "", "")
	flags.BoolVar(&a.json, "json", false, "")
	flags.BoolVar(&a.verbose, "v", false, "")
	flags.BoolVar(&a.yes, "yes", false, "")
	flags.BoolVar(&a.source, "source", false, "")
	flags.IntVar(&a.limit, "limit", 0, "")
	flags.DurationVar(&a.every, "every", a.every, "")
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		rest := flags.Args()
		if len(rest) == 0 {
			return words, nil
		}
		if read := len(args) - len(rest); read > 0 && args[read-1] == "--" {
			return append(words, rest...), nil
		}
		words, args = append(words, rest[0]), rest[1:]
	}
}
