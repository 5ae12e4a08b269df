package manage

import (
	"context"
	"slices"

	"github.com/go-mailhost/mailhost/queue"
)

// down returns the routes of the entries that are down: their mail waits,
// whatever its queue and its due time say.
func (h *handler) down(ctx context.Context, entries ...queue.Entry) ([]queue.Route, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	routes, err := h.queue.Routes(ctx)
	return slices.DeleteFunc(routes, func(route queue.Route) bool {
		return !route.Down || !slices.ContainsFunc(entries, func(e queue.Entry) bool { return e.Route == route.Name })
	}), err
}
