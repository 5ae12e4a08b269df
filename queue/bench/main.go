// Command bench measures package queue on queue/sqlite, beside plain SQLite and
// beside Postfix, and on queue/postgres, beside River, a queue for any jobs, in one
// run on one machine:
//
//	cd queue/bench && go run .
//	cd queue/bench && go run . -only postgres
//
// What the numbers are:
//
//   - commit: mails of 2 KB, one to a Commit, by 1, 8 and 64 goroutines. Beside
//     it SQLite as it is: one writer, one insert of as many bytes to a
//     transaction. Both in WAL mode with synchronous=FULL.
//   - sending: from the first Commit, by 64 goroutines, to the relay's last 250.
//     The mails are of the lane Immediate, for Postfix does not wait either; the
//     mailer is at work from the start, with the queue's and the host's defaults.
//     Beside it Postfix, where it is installed and bench runs as root: 64
//     sessions of smtp-source hand a quarter of the mails, for it is slow, to an
//     instance of its own that relays to the same smtp-sink. It is as it comes,
//     but for its brake on mail that comes in faster than it leaves. Both write
//     a line for each mail to a log, and the mail to disk before they accept it.
//   - immediate: from the call of Commit to the relay's 250, one mail after the
//     other with pauses between them, so that the mailer is asleep where nothing
//     else is queued; and while bulk is being sent to the same relay.
//   - backlog: a process of its own opens a store that holds so many mails,
//     claims 20 batches of 100, and then counts. Its memory is the most that was
//     resident up to the last claim. The file is in the system's cache.
//   - postgres-commit, postgres-sending and postgres-immediate are the same on a
//     PostgreSQL that bench starts by itself, where it is installed, with the
//     settings that the table's head names, for all the same; each run has a
//     database of its own. Beside it River, whose jobs send the mail over kept
//     connections of go-smtp's client, one for each worker, with the settings
//     that made it the fastest of those that were tried; where it is to be prompt
//     these are others than where it is to send much. A commit is one mail in a
//     transaction of its own, by Commit and by InsertManyFast. 2 and 3 nodes are
//     queues, or clients of River's, with pools of their own in this process:
//     mail is committed to one after the other, and the relay must have received
//     each exactly once. The ratio is that of the first column, so that of a time
//     is below 1 where ours is the shorter. Bulk is 20,000 mails, and the
//     database is vacuumed and analyzed when they have been filled in.
//   - Contenders take turns, round after round, on files of their own, and the
//     median of the rounds is shown: a machine that others use does not favour
//     one of them.
//
// The relays are Postfix's smtp-sink, where it is installed, and host/hosttest,
// which runs in this process. The files are in the system's temporary folder
// unless -dir names another: where that is a memory file system, every number
// that waits for a disk is meaningless.
//
// The last lines hold the results against what package queue aims at.
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
	if err := start(ctx); err != nil && !errors.Is(err, flag.ErrHelp) {
		stop()
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func start(ctx context.Context) error {
	if path := os.Getenv(backlogFile); path != "" {
		return visitBacklog(ctx, path, os.Stdout)
	}
	p, err := parsePlan(os.Args[1:], os.Stderr)
	if err != nil {
		return err
	}
	return p.run(ctx, os.Stdout)
}
