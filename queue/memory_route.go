package queue

import (
	"cmp"
	"context"
	"slices"
	"time"
)

type memoryRoute struct {
	Route              // its ProbeIn is not used
	probeDue time.Time // where the route is down
	probe    Lease     // of the mail that is the probe, zero where none is out
}

// ready returns from when a mail of this route that is due then may be claimed.
func (r *memoryRoute) ready(due time.Time) time.Time {
	if r.Down && r.probeDue.After(due) {
		return r.probeDue
	}
	return due
}

func (r *memoryRoute) startProbe(lease Lease, until time.Time) {
	r.probe, r.probeDue = lease, until
	r.Version++
}

// extendProbe keeps a second probe from going out while the first one's lease
// is extended.
func (r *memoryRoute) extendProbe(lease Lease, until time.Time) {
	if r.Down && r.probe == lease {
		r.startProbe(lease, until)
	}
}

func (s *memory) Routes(ctx context.Context) ([]Route, error) {
	if err := s.lock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	now := time.Now()
	routes := make([]Route, 0, len(s.routes))
	for _, r := range s.routes {
		route := r.Route
		if r.Down {
			route.ProbeIn = max(0, r.probeDue.Sub(now))
		}
		routes = append(routes, route)
	}
	slices.SortFunc(routes, func(a, b Route) int { return cmp.Compare(a.Name, b.Name) })
	return routes, nil
}

func (s *memory) SetRoute(ctx context.Context, route Route) (bool, error) {
	if err := s.lock(ctx); err != nil {
		return false, err
	}
	defer s.mu.Unlock()
	var stored int64
	if r := s.routes[route.Name]; r != nil {
		stored = r.Version
	}
	if route.Version != stored {
		return false, nil
	}
	route.Version++
	s.routes[route.Name] = &memoryRoute{Route: route, probeDue: time.Now().Add(route.ProbeIn)}
	return true, nil
}
