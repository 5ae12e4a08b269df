package hosttest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A table is Server.Faults, made ready.
type table [places][]*rule

// A rule is a fault with what it matches.
type rule struct {
	Fault
	number   int // in Server.Faults
	from, to *regexp.Regexp
}

// An event is a moment of the dialogue at which a fault may strike.
type event struct {
	conn, mails int // numbers; of the mail, how many MAIL commands have come
	from        string
	to          []string
}

func newTable(faults []Fault) (t table, err error) {
	for i, f := range faults {
		if mistake := f.mistake(); mistake != "" {
			return t, fmt.Errorf("hosttest: Faults[%d]: %s", i, mistake)
		}
		t[f.At] = append(t[f.At], &rule{Fault: f, number: i, from: wildcards(f.From), to: wildcards(f.To)})
	}
	return t, nil
}

// wildcards returns nil for a pattern that was not set.
func wildcards(pattern string) *regexp.Regexp {
	if pattern == "" {
		return nil
	}
	return regexp.MustCompile(`(?is)^` + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `.*`) + `$`)
}

func (r *rule) matches(e event) bool {
	return (r.Conn == 0 || r.Conn == e.conn) &&
		(r.Mail == 0 || r.Mail == e.mails) &&
		(r.from == nil || r.from.MatchString(e.from)) &&
		(r.to == nil || slices.ContainsFunc(e.to, r.to.MatchString))
}

// fault returns the first of the table that strikes here, and counts it, or
// nil.
func (s *Server) fault(r *run, at Place, e event) *Fault {
	if len(r.faults[at]) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rule := range r.faults[at] {
		struck := &s.counts.Faults[rule.number]
		if rule.matches(e) && (rule.Times == 0 || *struck < rule.Times) {
			*struck++
			s.change()
			return &rule.Fault
		}
	}
	return nil
}
