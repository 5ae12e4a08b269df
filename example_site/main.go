// Command example_site is a small shop that sends its mail through MailHost.
//
//	go run ./example_site
//
// prints the address of the shop. Each page with a form shows one promise: an
// order sends its confirmation at once, a gift card whose payment fails sends
// nothing although its template already has, and a newsletter goes to every
// subscriber a little later. What was sent is received by a mail server in the
// same process and shown at /inbox; the queues are at /queues.
//
// The road of a mail is written down in three files: site.go opens the queue and
// the host, handler.go puts a transaction around each request, and
// templates/order.html says what the mail says.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the command; it returns its exit code.
func run(args []string, stdout, stderr io.Writer) int {
	opts, err := parseOptions(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage())
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "example_site: %v; -h lists the flags\n", err)
		return 2
	}
	if err := serve(opts, newLog(stderr), stdout); err != nil {
		fmt.Fprintf(stderr, "example_site: %v\n", err)
		return 1
	}
	return 0
}

// serve serves the shop until a signal stops it.
func serve(opts options, log *slog.Logger, stdout io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	listener, err := listen(opts)
	if err != nil {
		return err
	}
	s, err := openSite(opts, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := newServer(s.handler(), log)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Fprintf(stdout, "MailHost example site: %s (mail is kept in %s; Ctrl-C stops it)\n", address(listener), opts.place().name)
	select {
	case <-ctx.Done():
		stop() // a second signal ends the process at once
	case err = <-failed:
	}
	return errors.Join(err, shutDown(server, s))
}
