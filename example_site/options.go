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
	store     place // the zero place: in data
	relay     string
	wait      time.Duration // of mail marked "defer"
}

func flags(opts *options, store *string) *flag.FlagSet {
	set := flag.NewFlagSet("example_site", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&opts.addr, "addr", defaultAddr, "serve the shop at `host:port`; a free port is taken where the default one is not free")
	set.StringVar(&opts.data, "data", ".example_site", "keep mail in this `folder`, which is made where there is none; several processes may share it")
	set.StringVar(&opts.relay, "relay", "", "send mail to the server at `host:port`, on this machine, instead of the one inside this process")
	// What flag says of a bad value would show a password.
	set.StringVar(store, "store", "", "keep mail in the PostgreSQL database at this `URL`, postgres://user:password@host:5432/database, which several processes may share, or in sqlite:file; default: in the folder of -data")
	opts.wait = 10 * time.Second
	set.Var((*wait)(&opts.wait), "defer", "the `duration` that the newsletter waits before it goes, such as 1m30s")
	return set
}

// usage returns what -h prints.
func usage() string {
	var text strings.Builder
	set := flags(&options{}, new(string))
	set.SetOutput(&text)
	fmt.Fprint(&text, "example_site is a small shop that sends its mail through MailHost.\n\nFlags:\n")
	set.PrintDefaults()
	return text.String()
}

// parseOptions returns flag.ErrHelp where the arguments ask for help.
func parseOptions(args []string) (options, error) {
	var opts options
	var store string
	set := flags(&opts, &store)
	if err := set.Parse(args); err != nil {
		return opts, err
	}
	given := map[string]bool{}
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	opts.addrGiven = given["addr"]
	switch {
	case strings.Contains(set.Arg(0), "://"): // and perhaps a password
		return opts, errors.New("an argument is a URL: write -store before that of a database")
	case set.NArg() > 0:
		return opts, fmt.Errorf("unknown argument %q", set.Arg(0))
	case opts.relay != "":
		if err := checkRelay(opts.relay, net.DefaultResolver.LookupNetIP); err != nil {
			return opts, fmt.Errorf("-relay: %w", err)
		}
	}
	return opts, opts.choosePlace(given, store)
}

// choosePlace checks what was given of where mail is kept.
func (o *options) choosePlace(given map[string]bool, store string) (err error) {
	switch {
	case o.data == "":
		return errors.New("-data is empty: name a folder")
	case strings.Contains(o.data, "://"):
		return errors.New("-data is a URL: write -store before that of a database")
	case given["store"] && given["data"]:
		return errors.New("-data and -store both say where mail is kept: give one of them")
	case given["store"]:
		if o.store, err = parseStore(store); err != nil {
			return fmt.Errorf("-store: %w", err)
		}
	}
	return nil
}
