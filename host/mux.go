package host

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Mux is a Host that chooses another host for each mail: by its Route; where
// Routes does not name that, by the domain of its sender; where Domains does not
// name that either, Default. Set its fields and use it; they must not be changed
// after the first Send. A mistake in them makes every mail Unreachable, with Alarm
// set: call Validate when the program starts.
//
// A mail that nothing takes is Unreachable, with Alarm set and a text that names
// its route: it waits until the configuration is mended. To have it so for every
// route that Routes does not name, leave Default nil and name the default route,
// "", in Routes.
//
// Package queue takes a whole route for down when a mail of it is Unreachable. Mails
// for hosts that fail apart should have routes of their own; those of several Domains
// on one route wait for each other.
type Mux struct {
	Routes  map[string]Host // by Envelope.Route, exactly; "" is the default route
	Domains map[string]Host // by the domain of Envelope.From, in any case, in UTF-8 or A-labels; without its subdomains
	Default Host            // takes all other mail, and that of the null sender. nil: nobody does

	start   sync.Once
	mistake error
	domains map[string]Host // by A-labels in lower case
}

var _ Host = (*Mux)(nil)

// Send implements [Host]. Each host is sent its mails of the batch at once, one
// host after the other, in the order in which they first come up.
func (m *Mux) Send(ctx context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	m.start.Do(func() { m.domains, m.mistake = m.init() })
	if m.mistake != nil {
		refuseAll(batch, m.mistake, done)
		return
	}
	parts := map[place]*part{}
	var order []*part
	for i, e := range batch {
		at, h := m.choose(e)
		if parts[at] == nil {
			parts[at] = &part{host: h}
			order = append(order, parts[at])
		}
		parts[at].add(i, e)
	}
	for _, p := range order {
		p.send(ctx, done)
	}
}

// A place is where a Mux has a host: a field, and a name in it. It tells hosts
// apart, for not all of those can be compared.
type place struct{ field, name string }

func (m *Mux) choose(e *Envelope) (place, Host) {
	if h, ok := m.Routes[e.Route]; ok {
		return place{"Routes", e.Route}, h
	}
	if from, err := ParseMailbox(e.From); err == nil {
		domain := lowerASCII(from.Domain)
		if h, ok := m.domains[domain]; ok {
			return place{"Domains", domain}, h
		}
	}
	if m.Default != nil {
		return place{field: "Default"}, m.Default
	}
	return place{name: e.Route}, nowhere(e.Route)
}

// nowhere stands for the host of a route that has none.
type nowhere string

func (route nowhere) Send(ctx context.Context, batch []*Envelope, done func(i int, reports []Report)) {
	refuseAll(batch, fmt.Errorf("host: Mux has no host for the route %q: name it in Routes, or set Default",
		shown(string(route))), done)
}

// Validate returns an error that names every mistake in the fields and in the
// hosts, or nil.
func (m *Mux) Validate() error {
	_, err := m.init()
	errs := []error{err}
	m.each(func(field string, h Host) { errs = append(errs, validateChild(field, h)) })
	return errors.Join(errs...)
}

// init returns the hosts by domain, and the mistakes in the fields themselves.
func (m *Mux) init() (map[string]Host, error) {
	var errs []error
	if m.Default == nil && len(m.Routes) == 0 && len(m.Domains) == 0 {
		errs = append(errs, errors.New("host: Mux has no host: set Routes, Domains or Default"))
	}
	m.each(func(field string, h Host) {
		if h == nil && field != "Default" {
			errs = append(errs, fmt.Errorf("host: %s is nil", field))
		}
	})
	domains := map[string]Host{}
	for _, name := range slices.Sorted(maps.Keys(m.Domains)) {
		ascii, err := parseDomainOrLiteral(name)
		domain := lowerASCII(ascii)
		_, twice := domains[domain]
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("host: Domains has %q, which is no domain: %w", shown(name), err))
		case twice:
			errs = append(errs, fmt.Errorf("host: Domains has %s twice, in two ways to write it", domain))
		}
		domains[domain] = m.Domains[name]
	}
	return domains, errors.Join(errs...)
}

// each calls f with every host, in the order of their fields and names.
func (m *Mux) each(f func(field string, h Host)) {
	for _, name := range slices.Sorted(maps.Keys(m.Routes)) {
		f(fmt.Sprintf("Routes[%q]", shown(name)), m.Routes[name])
	}
	for _, name := range slices.Sorted(maps.Keys(m.Domains)) {
		f(fmt.Sprintf("Domains[%q]", shown(name)), m.Domains[name])
	}
	f("Default", m.Default)
}

// Close closes those of the hosts that can be closed; one that stands in several
// places is closed as often.
func (m *Mux) Close() error {
	var errs []error
	m.each(func(_ string, h Host) { errs = append(errs, closeChild(h)) })
	return errors.Join(errs...)
}
