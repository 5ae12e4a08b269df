package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

const defaultAddr = "127.0.0.1:8025"

type options struct {
	addr      string
	addrGiven bool
	data      string
	relay     string
	wait      time.Duration // of mail marked "defer"
}

func flags(opts *options) *flag.FlagSet {
	set := flag.NewFlagSet("example_site", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&opts.addr, "addr", defaultAddr, "serve the shop at `host:port`; a free port is taken where the default one is not free")
	set.StringVar(&opts.data, "data", ".example_site", "keep mail in this `folder`, which is made where there is none; several processes may share it")
	set.StringVar(&opts.relay, "relay", "", "send mail to the server at `host:port`, on this machine, instead of the one inside this process")
	opts.wait = 10 * time.Second
	set.Var((*wait)(&opts.wait), "defer", "the `duration` that the newsletter waits before it goes, such as 1m30s")
	return set
}

// usage returns what -h prints.
func usage() string {
	var text strings.Builder
	set := flags(&options{})
	set.SetOutput(&text)
	fmt.Fprint(&text, "example_site is a small shop that sends its mail through MailHost.\n\nFlags:\n")
	set.PrintDefaults()
	return text.String()
}

// parseOptions returns flag.ErrHelp where the arguments ask for help.
func parseOptions(args []string) (options, error) {
	var opts options
	set := flags(&opts)
	if err := set.Parse(args); err != nil {
		return opts, err
	}
	set.Visit(func(f *flag.Flag) { opts.addrGiven = opts.addrGiven || f.Name == "addr" })
	switch {
	case set.NArg() > 0:
		return opts, fmt.Errorf("unknown argument %q", set.Arg(0))
	case opts.data == "":
		return opts, errors.New("-data is empty: name a folder")
	case opts.relay != "":
		if err := checkRelay(opts.relay, net.DefaultResolver.LookupNetIP); err != nil {
			return opts, fmt.Errorf("-relay: %w", err)
		}
	}
	return opts, nil
}
