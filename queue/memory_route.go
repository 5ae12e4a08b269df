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
	turn     int64     // the number of its last claim
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
	stored := memoryRoute{}
	if r := s.routes[route.Name]; r != nil {
		stored = *r
	}
	if route.Version != stored.Version {
		return false, nil
	}
	route.Version++
	now := time.Now()
	set := &memoryRoute{Route: route, probeDue: now.Add(route.ProbeIn), turn: stored.turn}
	if route.Paused != stored.Paused {
		set.probe = stored.probe
	}
	s.routes[route.Name] = set
	if !route.Down {
		s.wake(route.Name, now)
	}
	return true, nil
}

// wake makes due what awaits the route.
func (s *memory) wake(route string, now time.Time) {
	for _, m := range s.mails {
		if m.awaits && m.state == Outgoing && m.mail.Route == route && m.due.After(now) {
			m.due, m.awaits = now, false
		}
	}
}

// paused tells whether an operator has paused the route.
func (s *memory) paused(name string) bool {
	r := s.routes[name]
	return r != nil && r.Paused
}
