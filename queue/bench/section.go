package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"
)

// A section is a part of the table: contenders of whom the same is measured.
type section struct {
	name       string
	title      string
	figures    []figure
	yardstick  string // a contender, to which ratios are; "" for none
	contenders []*contender
}

// A figure is a column.
type figure struct {
	name string
	show func(float64) string
}

// A contender is a row.
type contender struct {
	name      string
	run       func(ctx context.Context) ([]float64, error) // parallel to the section's figures
	yardstick string                                       // in the place of the section's; "" for that
	rounds    [][]float64
	err       error // ended it
}

type sections []*section

// race lets the contenders take turns. One that has failed is out.
func (s *section) race(ctx context.Context, rounds int, log io.Writer) error {
	for round := range rounds {
		for _, c := range s.contenders {
			if c.err != nil {
				continue
			}
			begin := time.Now()
			runtime.GC() // what others left behind is not this one's
			values, err := c.run(ctx)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				c.err = fmt.Errorf("%s, %s: %w", s.name, c.name, err)
				continue
			}
			c.rounds = append(c.rounds, values)
			fmt.Fprintf(log, "round %d: %s, %s:%s in %.1f s\n", round+1, s.name, c.name, s.line(values), time.Since(begin).Seconds())
		}
	}
	return nil
}

func (s *section) line(values []float64) string {
	text := ""
	for i, f := range s.figures {
		text += fmt.Sprintf(" %s %s", f.show(values[i]), f.name)
	}
	return text
}

// value returns the median of the rounds, and false where there is none.
func (s *section) value(contender string, figure int) (float64, bool) {
	for _, c := range s.contenders {
		if c.name == contender && c.err == nil && len(c.rounds) > 0 {
			var values []float64
			for _, round := range c.rounds {
				values = append(values, round[figure])
			}
			return median(values), true
		}
	}
	return 0, false
}

// ratio returns the contender's first figure as a multiple of the yardstick's.
func (s *section) ratio(contender string) (float64, bool) {
	yardstick := s.yardstick
	for _, c := range s.contenders {
		if c.name == contender {
			yardstick = cmp.Or(c.yardstick, yardstick)
		}
	}
	value, ok := s.value(contender, 0)
	unit, measured := s.value(yardstick, 0)
	if !ok || !measured || unit == 0 {
		return 0, false
	}
	return value / unit, true
}

// value returns a section's, and false where it was not measured.
func (ss sections) value(section, contender string, figure int) (float64, bool) {
	if s := ss.find(section); s != nil {
		return s.value(contender, figure)
	}
	return 0, false
}

func (ss sections) find(name string) *section {
	i := slices.IndexFunc(ss, func(s *section) bool { return s.name == name })
	if i < 0 {
		return nil
	}
	return ss[i]
}

// compares tells whether rows have ratios.
func (s *section) compares() bool {
	return s.yardstick != "" || slices.ContainsFunc(s.contenders, func(c *contender) bool { return c.yardstick != "" })
}

// failures returns what ended contenders.
func (ss sections) failures() error {
	var errs []error
	for _, s := range ss {
		for _, c := range s.contenders {
			errs = append(errs, c.err)
		}
	}
	return errors.Join(errs...)
}
