package main

import (
	"fmt"
	"slices"
)

// results hold a cell for each contender on each course.
type results map[course]map[string]*cell

// A cell is what one contender did on one course.
type cell struct {
	rates  []float64 // mails a second, one for each round
	absent bool      // the relay does not offer what it needs
	err    error     // ended it
}

func (rs results) cell(contender string, c course) *cell {
	if rs[c] == nil {
		rs[c] = map[string]*cell{}
	}
	if rs[c][contender] == nil {
		rs[c][contender] = &cell{}
	}
	return rs[c][contender]
}

// rate returns the median of the rounds, and false where there is none.
func (rs results) rate(contender string, c course) (float64, bool) {
	cell := rs[c][contender]
	if cell == nil || cell.err != nil || len(cell.rates) == 0 {
		return 0, false
	}
	return median(cell.rates), true
}

// ratio returns the contender's rate as a multiple of the yardstick's on the
// same course.
func (rs results) ratio(contender string, c course) (float64, bool) {
	rate, ok := rs.rate(contender, c)
	unit, known := rs.rate(yardstick, c)
	if !ok || !known || unit == 0 {
		return 0, false
	}
	return rate / unit, true
}

// failures returns what ended contenders.
func (rs results) failures() []error {
	var errs []error
	for c, cells := range rs {
		for _, cell := range cells {
			if cell.err != nil {
				errs = append(errs, fmt.Errorf("%v: %w", c, cell.err))
			}
		}
	}
	return errs
}

// median of an even number of values is the mean of the middle two.
func median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	middle := len(v) / 2
	if len(v)%2 == 1 {
		return v[middle]
	}
	return (v[middle-1] + v[middle]) / 2
}
