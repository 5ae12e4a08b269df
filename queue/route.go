package queue

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// AllRoutes is the name under which Pause and Resume mean every route. No mail
// has it.
const AllRoutes = "*"

// A Route is what is known of a relay.
type Route struct {
	Name      string
	Paused    bool // by an operator
	Down      bool
	Since     time.Time     // down since
	Failures  int           // probes in a row that failed
	Alarm     bool          // an operator must act
	LastError string        // the relay's words, or the network's
	ProbeIn   time.Duration // until the next probe is due; SetRoute counts it from now
	Ramp      int           // mails in a batch, at most, while it comes up again; 0: no limit
	Version   int64         // for SetRoute
}

// changeRoute applies f, which returns whether it changed anything, to the state
// of a route, and again where another process was faster. It returns the state
// before and after.
func changeRoute(ctx context.Context, store Store, name string, f func(route *Route) bool) (before, after Route, err error) {
	for range 10 {
		if before, err = readRoute(ctx, store, name); err != nil {
			return before, before, fmt.Errorf("queue: read the state of route %q: %w", name, err)
		}
		after = before
		if !f(&after) {
			return before, before, nil
		}
		done, err := store.SetRoute(ctx, after)
		if err != nil {
			return before, after, fmt.Errorf("queue: store the state of route %q: %w", name, err)
		}
		if done {
			return before, after, nil
		}
	}
	return before, after, fmt.Errorf("queue: the state of route %q changes too fast to store it", name)
}

// readRoute returns a route's state, which is up where nothing was stored.
func readRoute(ctx context.Context, store Store, name string) (Route, error) {
	routes, err := store.Routes(ctx)
	for _, route := range routes {
		if route.Name == name {
			return route, err
		}
	}
	return Route{Name: name}, err
}

// checkRoute returns what is wrong with the name of a route.
func checkRoute(name string) error {
	if len(name) > maxRoute {
		return fmt.Errorf("queue: the name of a route has %d bytes: use at most %d", len(name), maxRoute)
	}
	if odd := oddRoute(name); odd != "" {
		return fmt.Errorf("queue: the route %q %s: use plain text", name, odd)
	}
	return nil
}

// oddRoute returns what keeps a route's name from being shown, logged and compared
// everywhere, "" where nothing does.
func oddRoute(name string) string {
	switch {
	case !utf8.ValidString(name):
		return "is not UTF-8"
	case strings.ContainsFunc(name, unicode.IsControl):
		return "has a control character"
	}
	return ""
}
