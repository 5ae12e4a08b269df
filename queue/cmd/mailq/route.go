package main

import (
	"fmt"
	"strings"

	"github.com/go-mailhost/mailhost/queue"
)

func (a *app) pause(args []string) error { return a.setPaused(args, "paused") }

func (a *app) resume(args []string) error { return a.setPaused(args, "resumed") }

// setPaused takes all, a route's name, or route: and a name, of which the empty one
// is the default route's.
func (a *app) setPaused(args []string, what string) error {
	if len(args) != 1 {
		return usagef("say which route: all, a name, or route: for the default one")
	}
	name, named := strings.CutPrefix(args[0], "route:")
	if !named && name == "all" {
		name = queue.AllRoutes
	}
	set := a.queue.Pause
	if what == "resumed" {
		set = a.queue.Resume
	}
	if err := set(a.ctx, name); err != nil {
		return err
	}
	if a.json {
		return writeJSON(a.out, map[string]any{"route": name, "paused": what == "paused"})
	}
	_, err := fmt.Fprintf(a.out, "%s: route %q\n", what, name)
	return err
}
