package manage

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestStatus(t *testing.T) {
	alive := []queue.Heartbeat{{Interval: time.Hour}}
	for _, tt := range []struct {
		name  string
		stats queue.Stats
		want  status
	}{
		{"nothing to do", queue.Stats{Mailers: alive}, status{Good: true, Text: "No mail is waiting to be sent now."}},
		{"at work", queue.Stats{Mailers: alive, Waiting: time.Second}, status{Good: true, Text: "Mail is moving."}},
		{"stalled", queue.Stats{Mailers: alive, Waiting: 3 * time.Minute, Stalled: true}, status{Text: "Mail has been due for 3 min and is not moving."}},
		{"no mailer", queue.Stats{Mailers: []queue.Heartbeat{{Seen: time.Hour}}}, status{Text: "No mailer is alive: mail waits until a process opens the queue with a host."}},
		{"a route is down", queue.Stats{Mailers: alive, Routes: []queue.Route{{Down: true}, {Name: "eu"}}}, status{Text: "1 route is down: mail for it waits."}},
		{"routes are down", queue.Stats{Mailers: alive, Routes: []queue.Route{{Down: true}, {Name: "eu", Down: true}}}, status{Text: "2 routes are down: mail for them waits."}},
		{"all is wrong", queue.Stats{Stalled: true, Waiting: time.Minute, Routes: []queue.Route{{Name: queue.AllRoutes, Paused: true}, {Down: true}}},
			status{Text: "Mail has been due for 1 min and is not moving.", Alarms: []string{
				"No mailer is alive: mail waits until a process opens the queue with a host.",
				"All routes are paused: no mail is sent until you resume.", "1 route is down: mail for it waits.",
			}}},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, newStatus(&tt.stats)) })
	}
}
