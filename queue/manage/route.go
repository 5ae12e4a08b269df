package manage

import (
	"context"
	"net/http"
	"slices"

	"github.com/go-mailhost/mailhost/queue"
)

func (v *visit) pause() answer  { return v.setPaused("pause", v.queue.Pause) }
func (v *visit) resume() answer { return v.setPaused("resume", v.queue.Resume) }

// setPaused pauses or resumes a route that there is, or all of them.
func (v *visit) setPaused(what string, set func(ctx context.Context, route string) error) answer {
	name := v.in.Get("route")
	if !v.in.Has("route") {
		return badRequest(`say which "route"; "*" is all of them`)
	}
	known, err := v.hasRoute(name)
	switch {
	case err != nil:
		return broken(err)
	case !known && name != queue.AllRoutes:
		return refuse(http.StatusNotFound, "No such route", "No mail has had this route, and nothing was changed.")
	}
	if err := set(v.operating(), name); err != nil {
		return broken(err)
	}
	v.board.outdate(v.ctx())
	did := done{What: what}
	if name == queue.AllRoutes {
		did.What += "-all"
	}
	return answer{status: http.StatusOK, redirect: true, done: did, data: map[string]string{"done": what, "route": name}}
}

// hasRoute tells whether the route has had mail, or a state.
func (v *visit) hasRoute(name string) (bool, error) {
	stats, err := v.board.read(v.ctx())
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(stats.Routes, func(r queue.Route) bool { return r.Name == name }), nil
}

// signal wakes the mailer of this process.
func (v *visit) signal() answer {
	v.queue.Signal()
	v.board.outdate(v.ctx())
	return answer{status: http.StatusOK, redirect: true, done: done{What: "signal"}, data: map[string]string{"done": "signal"}}
}

// down returns the routes of the entries that are down: their mail waits,
// whatever its queue and its due time say.
func (v *visit) down(entries ...queue.Entry) ([]queue.Route, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	stats, err := v.board.read(v.ctx())
	if err != nil {
		return nil, err
	}
	var routes []queue.Route
	for _, route := range stats.Routes {
		if route.Down && slices.ContainsFunc(entries, func(e queue.Entry) bool { return e.Route == route.Name }) {
			routes = append(routes, route)
		}
	}
	return routes, nil
}

// waiting tells whether mail in this queue is going to be sent by itself.
func waiting(state queue.State) bool {
	return state == queue.Outgoing || state == queue.Deferred
}
