package metrics

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// A fixed source says what it is told to.
type fixed struct {
	stats queue.Stats
	err   error
}

func (f *fixed) Stats(context.Context) (*queue.Stats, error) {
	if f.err != nil {
		return nil, f.err
	}
	return &f.stats, nil
}

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func busy() *fixed {
	return &fixed{stats: queue.Stats{
		Now: noon,
		Queues: []queue.Total{
			{State: queue.Outgoing, Lane: queue.Immediate, Count: 3, Oldest: noon.Add(-time.Minute)},
			{State: queue.Sent, Lane: queue.Bulk, Count: 1000, Oldest: noon.Add(-time.Hour)},
		},
		Waiting:   20 * time.Second,
		PerMinute: queue.Rates{In: 1.5, Out: 1, Deferred: 0.5, Failed: 0.25},
		Minutes:   []queue.Minute{{At: noon.Add(-time.Minute), In: 7, Out: 5}},
		Routes: []queue.Route{
			{Name: "*", Paused: true}, {Name: "", Down: true, Alarm: true}, {Name: "b\xffd"},
		},
		Mailers: []queue.Heartbeat{
			{Mailer: "a", Interval: 5 * time.Second, Seen: 2 * time.Second},
			{Mailer: "b", Interval: 5 * time.Second, Seen: time.Hour},
			{Mailer: "c", Seen: time.Second},
		},
		Sending: 4,
		Stalled: true,
	}}
}

func TestCollector(t *testing.T) {
	err := testutil.CollectAndCompare(New(busy()), strings.NewReader(`
# HELP mailhost_queue_mailer_heartbeat_age_seconds Time since a mailer has given a sign of life, of those that were not closed.
# TYPE mailhost_queue_mailer_heartbeat_age_seconds gauge
mailhost_queue_mailer_heartbeat_age_seconds 2
# HELP mailhost_queue_mailers Mailers that are alive.
# TYPE mailhost_queue_mailers gauge
mailhost_queue_mailers 1
# HELP mailhost_queue_mails_per_minute Mails a minute over the last minutes, by what happened to them.
# TYPE mailhost_queue_mails_per_minute gauge
mailhost_queue_mails_per_minute{event="committed"} 1.5
mailhost_queue_mails_per_minute{event="deferred"} 0.5
mailhost_queue_mails_per_minute{event="failed"} 0.25
mailhost_queue_mails_per_minute{event="sent"} 1
# HELP mailhost_queue_route_alarm Whether an operator must act on a route: certificate, credentials, configuration.
# TYPE mailhost_queue_route_alarm gauge
mailhost_queue_route_alarm{route=""} 1
mailhost_queue_route_alarm{route="*"} 0
mailhost_queue_route_alarm{route="b?d"} 0
# HELP mailhost_queue_route_down Whether the relay of a route cannot be reached.
# TYPE mailhost_queue_route_down gauge
mailhost_queue_route_down{route=""} 1
mailhost_queue_route_down{route="*"} 0
mailhost_queue_route_down{route="b?d"} 0
# HELP mailhost_queue_route_paused Whether an operator has paused a route; * is all of them.
# TYPE mailhost_queue_route_paused gauge
mailhost_queue_route_paused{route=""} 0
mailhost_queue_route_paused{route="*"} 1
mailhost_queue_route_paused{route="b?d"} 0
# HELP mailhost_queue_sending_mails Mails in flight.
# TYPE mailhost_queue_sending_mails gauge
mailhost_queue_sending_mails 4
# HELP mailhost_queue_stalled Whether mail is due and not moving.
# TYPE mailhost_queue_stalled gauge
mailhost_queue_stalled 1
# HELP mailhost_queue_waiting_seconds How long the mail that could be sent first has been waiting for that; 0 where none is.
# TYPE mailhost_queue_waiting_seconds gauge
mailhost_queue_waiting_seconds 20
`), "mailhost_queue_mailer_heartbeat_age_seconds", "mailhost_queue_mailers", "mailhost_queue_mails_per_minute",
		"mailhost_queue_route_alarm", "mailhost_queue_route_down", "mailhost_queue_route_paused",
		"mailhost_queue_sending_mails", "mailhost_queue_stalled", "mailhost_queue_waiting_seconds")
	require.NoError(t, err)
}

// Names that differ in nothing that a label can show are one route: two would fail
// the whole scrape.
func TestRoutesThatLookTheSame(t *testing.T) {
	source := busy()
	source.stats.Routes = []queue.Route{{Name: "b\xfe", Down: true}, {Name: "b\xff", Alarm: true}, {Name: "b?"}, {Name: "c"}}
	c := New(source)
	require.Equal(t, map[string]float64{"b?": 1, "c": 0}, values(t, c, "route_down"))
	require.Equal(t, map[string]float64{"b?": 1, "c": 0}, values(t, c, "route_alarm"))
	require.Equal(t, map[string]float64{"b?": 0, "c": 0}, values(t, c, "route_paused"))
}

// values returns a metric's values by its labels.
func values(t *testing.T, c *Collector, name string) map[string]float64 {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, registry.Register(c))
	families, err := registry.Gather()
	require.NoError(t, err)
	got := map[string]float64{}
	for _, family := range families {
		if family.GetName() != "mailhost_queue_"+name {
			continue
		}
		for _, m := range family.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetValue())
			}
			got[strings.Join(labels, " ")] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	return got
}

func TestQueuesAreThereWhereTheyAreEmpty(t *testing.T) {
	c := New(busy())
	got, ages := values(t, c, "mails"), values(t, c, "oldest_seconds")
	require.Len(t, got, 18)
	require.Len(t, ages, 18)
	require.Equal(t, 3.0, got["immediate outgoing"])
	require.Equal(t, 60.0, ages["immediate outgoing"])
	require.Equal(t, 1000.0, got["bulk sent"])
	require.Equal(t, 3600.0, ages["bulk sent"])
	require.Zero(t, got["normal failed"])
	require.Zero(t, ages["normal failed"])
}

func TestCountersNeverFall(t *testing.T) {
	source := busy()
	c := New(source)
	count := func(minutes ...queue.Minute) map[string]float64 {
		source.stats.Minutes = minutes
		return values(t, c, "events_total")
	}
	minute := func(n, in int) queue.Minute {
		return queue.Minute{At: noon.Add(time.Duration(n) * time.Minute), In: in, Out: in / 2, Deferred: in / 5, Failed: in / 10}
	}
	require.Zero(t, count(minute(0, 10))["committed"], "what was before the first scrape")
	require.Equal(t, 5.0, count(minute(0, 15))["committed"])
	require.Equal(t, 35.0, count(minute(0, 15), minute(1, 30))["committed"])
	require.Equal(t, 35.0, count(minute(1, 30))["committed"], "a minute that is no longer kept")
	require.Equal(t, 35.0, count(minute(1, 20))["committed"], "a scrape that was overtaken")
	got := count(minute(1, 40))
	require.Equal(t, map[string]float64{"committed": 45, "sent": 22, "deferred": 9, "failed": 4}, got)
}

func TestNoHeartbeatWhereAllMailersWereClosed(t *testing.T) {
	source := busy()
	source.stats.Mailers = source.stats.Mailers[2:]
	c := New(source)
	require.Empty(t, values(t, c, "mailer_heartbeat_age_seconds"))
	require.Equal(t, map[string]float64{"": 0}, values(t, c, "mailers"))
}

func TestScrapeFailsWithTheStore(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, registry.Register(New(&fixed{err: errors.New("disk on fire")})))
	_, err := registry.Gather()
	require.ErrorContains(t, err, "disk on fire")
}

func TestLint(t *testing.T) {
	problems, err := testutil.CollectAndLint(New(busy()))
	require.NoError(t, err)
	require.Empty(t, problems)
}

// The docs and the alert rules in them name what there is, and all of it.
func TestDocsNameTheMetrics(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, registry.Register(New(busy())))
	families, err := registry.Gather()
	require.NoError(t, err)
	there := map[string]bool{}
	for _, family := range families {
		there[family.GetName()] = true
	}
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	named := map[string]bool{}
	for _, name := range regexp.MustCompile(`mailhost_queue_\w+`).FindAllString(string(doc), -1) {
		named[name] = true
	}
	require.Equal(t, there, named)
}
