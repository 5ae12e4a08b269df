package manage

import (
	"fmt"

	"github.com/go-mailhost/mailhost/queue"
)

// A status says in a sentence or two whether an operator must act.
type status struct {
	Good   bool
	Text   string
	Alarms []string // what else is to be known
}

func newStatus(stats *queue.Stats) status {
	s := status{Text: "Mail is moving.", Good: true}
	if stats.Waiting == 0 {
		s.Text = "No mail is waiting to be sent now."
	}
	if stats.Stalled {
		s.bad(fmt.Sprintf("Mail has been due for %s and is not moving.", span(stats.Waiting)))
	}
	if !alive(stats.Mailers) {
		s.bad("No mailer is alive: mail waits until a process opens the queue with a host.")
	}
	down := 0
	for _, route := range stats.Routes {
		switch {
		case route.Name == queue.AllRoutes && route.Paused:
			s.bad("All routes are paused: no mail is sent until you resume.")
		case route.Down:
			down++
		}
	}
	if down > 0 {
		s.bad(fmt.Sprintf("%s down: mail for %s waits.", isAre(down, "route"), itThem(down)))
	}
	return s
}

// bad adds a sentence; the first takes the place of the good one.
func (s *status) bad(text string) {
	if s.Good {
		s.Good, s.Text = false, text
		return
	}
	s.Alarms = append(s.Alarms, text)
}

func alive(mailers []queue.Heartbeat) bool {
	for i := range mailers {
		if mailers[i].Alive() {
			return true
		}
	}
	return false
}

func isAre(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return plural(n, noun) + " are"
}

func itThem(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}
