package main

import (
	"errors"
	"time"
)

// A wait is a flag for a positive duration.
type wait time.Duration

func (w *wait) String() string { return time.Duration(*w).String() }

func (w *wait) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return errors.New("write a duration such as 10s")
	}
	*w = wait(d)
	return nil
}
