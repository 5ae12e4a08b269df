package manage

import (
	"net/http"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// overview is the content of the first page.
type overview struct {
	Status  status
	Queues  []queueRow
	Rates   []rate
	Chart   chart
	Routes  []routeRow
	Paused  bool // all of them
	Mailers []mailerRow
	Error   string // of the mailer that was seen last
	From    string // of a test mail
}

// A queueRow is one queue of the overview.
type queueRow struct {
	State   queue.State
	Meaning string
	Count   int
	Lanes   []int // parallel to queue.Lanes
	Oldest  time.Time
	Age     time.Duration
}

// A rate says how many mails a minute.
type rate struct {
	Name  string // of its class and its key too
	Value float64
}

// A routeRow is one route of the overview.
type routeRow struct {
	queue.Route
	List string // the search of its mail
}

// A mailerRow is one mailer of the overview.
type mailerRow struct {
	queue.Heartbeat
	Says      string
	Connected string // how many connections it has, "" where that is not known
}

// meanings says what stands in each queue.
var meanings = map[queue.State]string{
	queue.AnyState:  "every mail that is kept",
	queue.Outgoing:  "to be sent now",
	queue.Deferred:  "due later: asked for, or a retry",
	queue.Held:      "stopped by an operator",
	queue.Failed:    "undeliverable, kept for the operator",
	queue.Uncertain: "the relay went silent after the last byte, and the mail was marked once",
	queue.Sent:      "delivered, kept as a log",
}

func (v *visit) overview() answer {
	stats, err := v.board.read(v.ctx())
	if err != nil {
		return broken(err)
	}
	return answer{
		status: http.StatusOK, page: "overview", title: "Queues", current: "",
		content: newOverview(stats, v.config.From), data: statsJSON(stats),
	}
}

func newOverview(stats *queue.Stats, from string) overview {
	o := overview{
		Status: newStatus(stats), Chart: newChart(stats), Error: stats.LastError, From: from,
		Rates: []rate{
			{"in", stats.PerMinute.In}, {"out", stats.PerMinute.Out},
			{"deferred", stats.PerMinute.Deferred}, {"failed", stats.PerMinute.Failed},
		},
	}
	for _, state := range queue.States {
		o.Queues = append(o.Queues, newQueueRow(stats, state))
	}
	for _, route := range stats.Routes {
		if route.Name == queue.AllRoutes {
			o.Paused = route.Paused
			continue
		}
		o.Routes = append(o.Routes, routeRow{route, queue.Filter{Route: &route.Name}.String()})
	}
	for _, m := range stats.Mailers {
		o.Mailers = append(o.Mailers, newMailerRow(m))
	}
	return o
}

func newQueueRow(stats *queue.Stats, state queue.State) queueRow {
	row := queueRow{State: state, Meaning: meanings[state], Lanes: make([]int, len(queue.Lanes))}
	for _, total := range stats.Queues {
		if total.State != state {
			continue
		}
		row.Count += total.Count
		for i, lane := range queue.Lanes {
			if lane == total.Lane {
				row.Lanes[i] += total.Count
			}
		}
		if total.Count > 0 && (row.Oldest.IsZero() || total.Oldest.Before(row.Oldest)) {
			row.Oldest, row.Age = total.Oldest, stats.Now.Sub(total.Oldest)
		}
	}
	return row
}

func newMailerRow(m queue.Heartbeat) mailerRow {
	row := mailerRow{Heartbeat: m, Says: mailerWords(&m)}
	if m.Connections >= 0 {
		row.Connected = count(m.Connections)
	}
	return row
}

// mailerWords says in one word how a mailer is.
func mailerWords(m *queue.Heartbeat) string {
	switch {
	case m.Alive():
		return "alive"
	case m.Interval == 0:
		return "closed"
	}
	return "silent"
}
