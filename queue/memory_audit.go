package queue

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"
)

func (s *memory) Audit(ctx context.Context, line Audit) error {
	if err := s.lock(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	s.audited++
	line.Number, line.At = s.audited, time.Now()
	s.audits[line.Number] = line
	return nil
}

func (s *memory) Audits(ctx context.Context, before int64, size int) ([]Audit, error) {
	if err := s.lock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	lines := slices.SortedFunc(maps.Values(s.audits), func(a, b Audit) int { return cmp.Compare(b.Number, a.Number) })
	lines = slices.DeleteFunc(lines, func(line Audit) bool { return before > 0 && line.Number >= before })
	return lines[:min(len(lines), Page{Size: size}.Limit())], nil
}
