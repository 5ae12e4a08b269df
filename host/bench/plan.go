package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A plan is what the command line asks to be measured.
type plan struct {
	contenders []contender
	relays     []relay
	conns      []int
	rtts       []time.Duration
	rounds     int
	time       time.Duration // of each contender in each round
	allocs     bool
	log        io.Writer // what is being done
}

// The most that a plan may ask for. hosttest serves 100 connections at a time,
// and a proxy holds bytes for as long as its round trip takes.
const (
	maxConns  = 64
	maxRTT    = time.Second
	maxRounds = 100
	maxTime   = time.Minute
)

func parsePlan(args []string, usage io.Writer) (plan, error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(usage)
	flags.Usage = func() {
		fmt.Fprintf(usage, "bench measures how many mails a second package host and its peers send, for some minutes; `go doc .` tells how.\n\n"+
			"Contenders: %s\n\nFlags:\n", strings.Join(contenderNames(), "; "))
		flags.PrintDefaults()
	}
	only := flags.String("only", "", "contenders whose names hold one of these, separated by commas; "+yardstick+" always runs (default all)")
	relays := flags.String("relay", "", "relays, of hosttest, smtp-sink and void (default hosttest, and smtp-sink where it is installed)")
	conns := flags.String("conns", "1,4,16", "numbers of connections")
	rtts := flags.String("rtt", "0ms,20ms", "round trip times")
	p := plan{log: usage}
	flags.IntVar(&p.rounds, "rounds", 5, "rounds, of which the median is shown")
	flags.DurationVar(&p.time, "time", 500*time.Millisecond, "time for each contender in each round")
	flags.BoolVar(&p.allocs, "allocs", true, "count allocations too")
	if err := flags.Parse(args); err != nil {
		return p, err
	}
	var errs [4]error
	p.contenders, errs[0] = chooseContenders(*only)
	p.relays, errs[1] = chooseRelays(*relays)
	p.conns, errs[2] = parseList(*conns, strconv.Atoi)
	p.rtts, errs[3] = parseList(*rtts, time.ParseDuration)
	if flags.NArg() > 0 {
		return p, fmt.Errorf("%q is no flag", flags.Arg(0))
	}
	if err := errors.Join(errs[:]...); err != nil {
		return p, err
	}
	return p, p.check()
}

func parseList[T any](list string, parse func(string) (T, error)) ([]T, error) {
	var values []T
	for word := range strings.SplitSeq(list, ",") {
		v, err := parse(strings.TrimSpace(word))
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	return values, nil
}

func (p *plan) check() error {
	switch {
	case slices.Min(p.conns) < 1 || slices.Max(p.conns) > maxConns:
		return fmt.Errorf("-conns must be from 1 to %d", maxConns)
	case slices.Min(p.rtts) < 0 || slices.Max(p.rtts) > maxRTT:
		return fmt.Errorf("-rtt must be from 0 to %v", maxRTT)
	case p.rounds < 1 || p.rounds > maxRounds:
		return fmt.Errorf("-rounds must be from 1 to %d", maxRounds)
	case p.time <= 0 || p.time > maxTime:
		return fmt.Errorf("-time must be over 0 and at most %v", maxTime)
	}
	return nil
}

// limit is when a run has certainly hung: a mail or two more than its time and
// its round trips for each contender, several times over.
func (p *plan) limit() time.Duration {
	var each time.Duration
	for _, rtt := range p.rtts {
		each += p.time + 40*rtt + 5*time.Second
	}
	return time.Duration(p.rounds*len(p.contenders)*len(p.relays)*len(p.conns)+1) * each
}

// chooseContenders returns those whose names hold one of the words, and the
// yardstick.
func chooseContenders(only string) ([]contender, error) {
	all := contenders()
	if only == "" {
		return all, nil
	}
	chosen := map[string]bool{yardstick: true}
	for word := range strings.SplitSeq(only, ",") {
		word = strings.TrimSpace(word)
		found := false
		for _, c := range all {
			if word != "" && strings.Contains(c.name, word) {
				chosen[c.name], found = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("-only: no contender here is called %q", word)
		}
	}
	return slices.DeleteFunc(all, func(c contender) bool { return !chosen[c.name] }), nil
}

// chooseRelays returns the relays of these names; without names those that the
// results are about.
func chooseRelays(names string) ([]relay, error) {
	if names == "" {
		relays := []relay{hosttestRelay}
		if sinkPath() != "" {
			relays = append(relays, sinkRelay)
		}
		return relays, nil
	}
	known := []relay{hosttestRelay, sinkRelay, voidRelay}
	return parseList(names, func(name string) (relay, error) {
		for _, r := range known {
			if r.name == name {
				return r, nil
			}
		}
		return relay{}, fmt.Errorf("-relay: %q is none of hosttest, smtp-sink and void", name)
	})
}
