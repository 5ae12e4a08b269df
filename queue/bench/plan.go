package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue/postgres/postgrestest"
)

// A plan is what is to be measured, and how much of it.
type plan struct {
	only   []string // names of sections
	rounds int
	mails  int // that are sent end to end
	dir    string
	log    io.Writer // what is being done

	commits time.Duration // for how long mails are committed
	samples int           // immediate mails
	bulk    int           // mails queued meanwhile
	backlog int           // mails in the store that is opened

	server []string // settings of PostgreSQL's
}

// The most that a plan may ask for.
const (
	maxRounds = 100
	maxMails  = 1_000_000
)

var sectionNames = []string{"commit", "sending", "immediate", "backlog", "postgres-commit", "postgres-sending", "postgres-immediate"}

// groups name several sections.
var groups = map[string][]string{"sqlite": sectionNames[:4], "postgres": sectionNames[4:]}

func parsePlan(args []string, usage io.Writer) (*plan, error) {
	p := &plan{log: usage, commits: time.Second, samples: 400, bulk: 100_000, backlog: 1_000_000,
		server: postgresSettings}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(usage)
	flags.Usage = func() {
		fmt.Fprintf(usage, "bench measures package queue on queue/sqlite and queue/postgres for some minutes; `go doc .` tells how.\n\nFlags:\n")
		flags.PrintDefaults()
	}
	only := flags.String("only", strings.Join(sectionNames, ","), "sections of the table; sqlite and postgres are all that are about that store")
	flags.IntVar(&p.rounds, "rounds", 3, "rounds, of which the median is shown")
	flags.IntVar(&p.mails, "mails", 20_000, "mails to be sent end to end")
	flags.StringVar(&p.dir, "dir", "", "folder for the files that are written (default the system's for temporary ones)")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("%q is no flag", flags.Arg(0))
	}
	for word := range strings.SplitSeq(*only, ",") {
		word = strings.TrimSpace(word)
		if group, ok := groups[word]; ok {
			p.only = append(p.only, group...)
			continue
		}
		p.only = append(p.only, word)
	}
	return p, p.check()
}

func (p *plan) check() error {
	for _, name := range p.only {
		if !slices.Contains(sectionNames, name) {
			return fmt.Errorf("-only: %q is none of %s", name, strings.Join(sectionNames, ", "))
		}
	}
	switch {
	case p.rounds < 1 || p.rounds > maxRounds:
		return fmt.Errorf("-rounds must be from 1 to %d", maxRounds)
	case p.mails < 1 || p.mails > maxMails:
		return fmt.Errorf("-mails must be from 1 to %d", maxMails)
	}
	return nil
}

// run measures what the plan says and writes the table. It goes on where one
// contender fails, and returns all failures.
func (p *plan) run(ctx context.Context, w io.Writer) (err error) {
	dir, err := os.MkdirTemp(p.dir, "bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	// Postfix works under accounts of its own.
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	b := &bench{plan: p, dir: dir}
	return b.withPostgres(func() error { return b.race(ctx, w) })
}

func (b *bench) race(ctx context.Context, w io.Writer) error {
	sections := b.sections()
	b.writeMachine(w)
	for _, s := range sections {
		if err := s.race(ctx, b.rounds, b.log); err != nil {
			return err
		}
		s.write(w)
	}
	writeAims(w, sections)
	return sections.failures()
}

// sections returns those that were asked for and can run, in the order of the table.
func (b *bench) sections() (chosen sections) {
	all := []*section{b.commitSection(), b.sendingSection(), b.immediateSection(), b.backlogSection()}
	if hasPostgres() {
		all = append(all, b.postgresCommitSection(), b.postgresSendingSection(), b.postgresImmediateSection())
	}
	for _, s := range all {
		if slices.Contains(b.only, s.name) {
			chosen = append(chosen, s)
		}
	}
	return chosen
}

// A bench is a plan that is being carried out in a folder.
type bench struct {
	*plan
	dir      string
	postgres *postgrestest.Server // nil before a section needs it
}

// within makes a folder for one run of a contender, which is gone after it.
func (b *bench) within(do func(dir string) error) error {
	dir, err := os.MkdirTemp(b.dir, "run")
	if err != nil {
		return err
	}
	return errors.Join(do(dir), os.RemoveAll(dir))
}
