// Command bench measures how many mails a second go through package host, and
// through its peers, in one run on one machine:
//
//	cd host/bench && go run .
//
// Every contender sends the same mail of 2 KB to one recipient, over 1, 4 and
// 16 connections, straight to the relay (0 ms) and through a proxy on loopback
// that makes a round trip take 20 ms. The relays are host/hosttest, in this
// process, and Postfix's smtp-sink, where it is installed.
//
// What the numbers are:
//
//   - A mail counts when the relay has answered 250 to its content.
//   - Contenders take turns, round after round, and the median of the rounds is
//     shown: a machine that others use does not favour one of them.
//   - The ratio is to go-smtp's client in the same table and column.
//   - Connections are open and have carried a mail before the clock starts, but
//     those of SendMail, which makes one for each mail. From smtp-source's time,
//     what it takes to get so far is subtracted.
//   - package host is driven as a queue drives it: batches of 100, as many Sends
//     side by side as there are connections. Which way it moves mail is decided
//     by what the relay announces, so each way has a relay that announces no more
//     than that way needs; the peers get one that announces all it can.
//   - Peers are used at their best: kept connections, no commands but those that
//     a mail needs. go-mail cannot send a message without composing it.
//
// The last tables hold the results against what package host aims at, and count
// the allocations of a mail.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p, err := parsePlan(os.Args[1:], os.Stderr)
	if err == nil {
		err = p.run(ctx, os.Stdout)
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		stop()
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
