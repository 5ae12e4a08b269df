// Mailq lists and changes queued mail from a terminal: mailq --help says how.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	a := &app{
		ctx: ctx, stdin: os.Stdin, out: os.Stdout, err: os.Stderr,
		getenv: os.Getenv, screen: screen, now: time.Now,
	}
	code := a.run(os.Args[1:])
	stop()
	os.Exit(code)
}

// screen returns how many columns a stream's terminal has, false where it is none.
func screen(stream any) (width int, ok bool) {
	file, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width <= 0 {
		width = 80
	}
	return width, true
}
