package hosttest

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// Counts say what the server has done since it was made, but for Open and Held,
// which are of now.
type Counts struct {
	Conns    int         // connections accepted
	Open     int         // connections that are open
	Held     int         // connections that a fault holds, by Hang or Delay
	Mails    int         // mails received: read to the last byte and not refused
	Verdicts map[int]int // how many mails got which reply code to their content; 0: none that says anything
	Faults   []int       // how often each of Server.Faults has struck; a Start with other faults begins anew
}

// Counts returns the counts of this moment.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.copyCounts()
}

// copyCounts copies. s.mu is held.
func (s *Server) copyCounts() Counts {
	c := s.counts
	c.Verdicts, c.Faults = maps.Clone(c.Verdicts), slices.Clone(c.Faults)
	return c
}

// Until waits until the counts are such that the function returns true, and
// returns them. When ctx ends first it returns an error, and the counts then.
//
//	srv.Until(ctx, func(c hosttest.Counts) bool { return c.Open == 0 })
func (s *Server) Until(ctx context.Context, such func(Counts) bool) (Counts, error) {
	for {
		counts, changed := s.watch()
		if such(counts) {
			return counts, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return counts, fmt.Errorf("hosttest: waited in vain: %w: the counts are %+v", ctx.Err(), counts)
		}
	}
}

// watch returns the counts, and a channel that is closed when one has changed.
func (s *Server) watch() (Counts, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.copyCounts(), s.changed
}

// change tells those who wait that a count has changed. s.mu is held.
func (s *Server) change() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// countVerdict counts. s.mu is held.
func (s *Server) countVerdict(code int) {
	if s.counts.Verdicts == nil {
		s.counts.Verdicts = map[int]int{}
	}
	s.counts.Verdicts[code]++
	s.change()
}

// refused counts a mail that was refused after its content.
func (s *Server) refused(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.countVerdict(code)
}

// countOpen counts a connection that was opened or closed, and returns how many
// were accepted.
func (s *Server) countOpen(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.Open += n
	s.counts.Conns += max(0, n)
	s.change()
	return s.counts.Conns
}
