package metrics

import (
	"context"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/go-mailhost/mailhost/queue"
)

// A Source tells its state; a queue.Queue does.
type Source interface {
	Stats(ctx context.Context) (*queue.Stats, error)
}

// scrapeTimeout is the one that Prometheus has by default.
const scrapeTimeout = 10 * time.Second

// A Collector is a prometheus.Collector over a queue. It is safe for concurrent
// use.
type Collector struct {
	source Source
	ledger ledger
}

var _ prometheus.Collector = (*Collector)(nil)

// New returns a Collector, which is to be registered once for each store.
func New(source Source) *Collector { return &Collector{source: source} }

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("mailhost_queue_"+name, help, labels, nil)
}

var (
	mails     = desc("mails", "Mails that stand in a queue and lane.", "queue", "lane")
	oldest    = desc("oldest_seconds", "Time since the oldest mail of a queue and lane was committed; 0 where there is none.", "queue", "lane")
	waiting   = desc("waiting_seconds", "How long the mail that could be sent first has been waiting for that; 0 where none is.")
	sending   = desc("sending_mails", "Mails in flight.")
	events    = desc("events_total", "Mails that were committed, sent, deferred, or failed or became uncertain, since the first scrape.", "event")
	perMinute = desc("mails_per_minute", "Mails a minute over the last minutes, by what happened to them.", "event")
	down      = desc("route_down", "Whether the relay of a route cannot be reached.", "route")
	paused    = desc("route_paused", "Whether an operator has paused a route; * is all of them.", "route")
	alarm     = desc("route_alarm", "Whether an operator must act on a route: certificate, credentials, configuration.", "route")
	mailers   = desc("mailers", "Mailers that are alive.")
	heartbeat = desc("mailer_heartbeat_age_seconds", "Time since a mailer has given a sign of life, of those that were not closed.")
	stalled   = desc("stalled", "Whether mail is due and not moving.")
)

// Describe implements prometheus.Collector.
func (c *Collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		mails, oldest, waiting, sending, events, perMinute, down, paused, alarm, mailers, heartbeat, stalled,
	} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. Where the store cannot be asked, the
// scrape fails.
func (c *Collector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	s, err := c.source.Stats(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(mails, err)
		return
	}
	to := sink(ch)
	to.queues(s)
	to.gauge(waiting, s.Waiting.Seconds())
	to.gauge(sending, float64(s.Sending))
	to.events(c.ledger.add(s.Minutes), s.PerMinute)
	to.routes(s.Routes)
	to.mailers(s.Mailers)
	to.gauge(stalled, number(s.Stalled))
}

type sink chan<- prometheus.Metric

func (to sink) gauge(d *prometheus.Desc, value float64, labels ...string) {
	to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

// queues tells of the empty ones too, so that there is no gap where one was emptied.
func (to sink) queues(s *queue.Stats) {
	for _, state := range queue.States {
		for _, lane := range queue.Lanes {
			var total queue.Total
			for _, t := range s.Queues {
				if t.State == state && t.Lane == lane {
					total = t
				}
			}
			age := 0.0
			if total.Count > 0 {
				age = max(0, s.Now.Sub(total.Oldest).Seconds())
			}
			to.gauge(mails, float64(total.Count), state.String(), lane.String())
			to.gauge(oldest, age, state.String(), lane.String())
		}
	}
}

func (to sink) events(total queue.Minute, rates queue.Rates) {
	for _, e := range []struct {
		name  string
		total int
		rate  float64
	}{
		{"committed", total.In, rates.In},
		{"sent", total.Out, rates.Out},
		{"deferred", total.Deferred, rates.Deferred},
		{"failed", total.Failed, rates.Failed},
	} {
		to <- prometheus.MustNewConstMetric(events, prometheus.CounterValue, float64(e.total), e.name)
		to.gauge(perMinute, e.rate, e.name)
	}
}

func (to sink) routes(routes []queue.Route) {
	shown := map[string]queue.Route{}
	for _, r := range routes {
		name := strings.ToValidUTF8(r.Name, "?") // as labels have to be
		same := shown[name]
		shown[name] = queue.Route{Down: r.Down || same.Down, Paused: r.Paused || same.Paused, Alarm: r.Alarm || same.Alarm}
	}
	for name, r := range shown {
		to.gauge(down, number(r.Down), name)
		to.gauge(paused, number(r.Paused), name)
		to.gauge(alarm, number(r.Alarm), name)
	}
}

func (to sink) mailers(beats []queue.Heartbeat) {
	alive, latest := 0, time.Duration(-1)
	for i := range beats {
		b := &beats[i]
		if b.Alive() {
			alive++
		}
		if b.Interval > 0 && (latest < 0 || b.Seen < latest) {
			latest = b.Seen
		}
	}
	to.gauge(mailers, float64(alive))
	if latest >= 0 {
		to.gauge(heartbeat, latest.Seconds())
	}
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
