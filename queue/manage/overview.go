package manage

import (
	"net/http"

	"github.com/go-mailhost/mailhost/queue"
)

// overview is the content of the first page.
type overview struct {
	Queues []queueCount
	Routes []queue.Route
}

type queueCount struct {
	queue.State
	Meaning string
	Count   int
}

// meanings says what stands in each queue.
var meanings = map[queue.State]string{
	queue.Outgoing:  "to be sent now",
	queue.Deferred:  "due later: asked for, or a retry",
	queue.Held:      "stopped by an operator",
	queue.Failed:    "undeliverable, kept for the operator",
	queue.Uncertain: "the relay went silent after the last byte, and the mail was marked once",
	queue.Sent:      "delivered, kept as a log",
}

func (h *handler) overview(r *http.Request) answer {
	if text := checkQuery(r.URL); text != "" {
		return badQuery(text)
	}
	counts, err := h.queue.Count(r.Context(), queue.Filter{})
	if err != nil {
		return broken(err)
	}
	routes, err := h.queue.Routes(r.Context())
	if err != nil {
		return broken(err)
	}
	content := overview{Routes: routes}
	for _, state := range queue.States {
		content.Queues = append(content.Queues, queueCount{state, meanings[state], counts[state]})
	}
	return answer{status: http.StatusOK, page: "overview", title: "Queues", content: content}
}
