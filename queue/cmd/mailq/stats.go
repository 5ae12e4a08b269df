package main

import (
	"fmt"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// stats shows the state of the queue, or counts what a query matches.
func (a *app) stats(args []string) error {
	if len(args) > 0 {
		return a.count(args)
	}
	s, err := a.queue.Stats(a.ctx)
	if err != nil {
		return err
	}
	if a.json {
		return writeJSON(a.out, statsOf(s))
	}
	for _, t := range s.Queues {
		fmt.Fprintf(a.out, "%-9s %-9v %10s  oldest %s\n", t.State, t.Lane, number(t.Count), age(s.Now.Sub(t.Oldest)))
	}
	fmt.Fprintf(a.out, "a minute: %.1f in, %.1f out, %.1f deferred, %.1f failed; %d being sent\n",
		s.PerMinute.In, s.PerMinute.Out, s.PerMinute.Deferred, s.PerMinute.Failed, s.Sending)
	if s.Stalled {
		fmt.Fprintf(a.out, "STALLED: mail has been due for %s and does not move\n", age(s.Waiting))
	}
	for _, r := range s.Routes {
		fmt.Fprintf(a.out, "route %q %s\n", r.Name, routeState(&r, s.Now))
	}
	for _, m := range s.Mailers {
		alive := "gone"
		if m.Alive() {
			alive = "alive"
		}
		fmt.Fprintf(a.out, "mailer %s %s, moved %s ago %s\n", plain(m.Process), alive, age(m.Moved), plain(m.LastError))
	}
	return nil
}

func routeState(r *queue.Route, now time.Time) string {
	text := "up"
	if r.Down {
		text = fmt.Sprintf("down for %s, asked again in %s: %s", age(now.Sub(r.Since)), age(r.ProbeIn), plain(r.LastError))
	}
	if r.Paused {
		text = "paused, " + text
	}
	return text
}

func (a *app) count(args []string) error {
	filters, err := a.filters(args)
	if err != nil {
		return err
	}
	counts, all := map[string]int{}, 0
	for _, filter := range filters {
		found, err := a.queue.Count(a.ctx, filter)
		if err != nil {
			return err
		}
		for state, n := range found {
			counts[state.String()] += n
			all += n
		}
	}
	if a.json {
		err = writeJSON(a.out, counts)
	} else {
		for _, state := range queue.States {
			fmt.Fprintf(a.out, "%-9s %10s\n", state, number(counts[state.String()]))
		}
	}
	if err == nil && all == 0 {
		err = errNothing
	}
	return err
}

// watch shows stats until it is interrupted.
func (a *app) watch(args []string) error {
	if a.every < time.Second {
		return usagef("-every is %v: use at least 1s", a.every)
	}
	_, terminal := a.screen(a.out)
	clear := terminal && a.getenv("TERM") != "dumb" && !a.json
	for {
		if clear {
			fmt.Fprint(a.out, "\x1b[H\x1b[2J")
		}
		if !a.json {
			fmt.Fprintln(a.out, moment(a.now()))
		}
		if err := a.stats(args); err != nil && err != errNothing && a.ctx.Err() == nil {
			return err
		}
		select {
		case <-a.ctx.Done():
			return nil
		case <-time.After(a.every):
		}
	}
}

func statsOf(s *queue.Stats) map[string]any {
	queues, routes := []map[string]any{}, []map[string]any{}
	for _, t := range s.Queues {
		queues = append(queues, map[string]any{"state": t.State.String(), "lane": t.Lane.String(), "mails": t.Count, "oldest": t.Oldest.UTC()})
	}
	for _, r := range s.Routes {
		routes = append(routes, map[string]any{"name": r.Name, "paused": r.Paused, "down": r.Down, "last_error": r.LastError})
	}
	return map[string]any{"now": s.Now.UTC(), "queues": queues, "routes": routes, "sending": s.Sending, "stalled": s.Stalled,
		"waiting_seconds": s.Waiting.Seconds(), "in": s.PerMinute.In, "out": s.PerMinute.Out, "deferred": s.PerMinute.Deferred, "failed": s.PerMinute.Failed}
}
