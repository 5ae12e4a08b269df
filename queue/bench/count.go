package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A count is how many mails a relay says that it has received.
type count struct {
	mu      sync.Mutex
	mails   int
	changed chan struct{} // of capacity 1
}

func newCount() *count { return &count{changed: make(chan struct{}, 1)} }

func (c *count) set(mails int) {
	c.mu.Lock()
	c.mails = mails
	c.mu.Unlock()
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

// settle waits until so many were received, and fails where that takes long or it
// is more.
func (c *count) settle(ctx context.Context, want int) error {
	late := time.After(10 * time.Second)
	for {
		c.mu.Lock()
		got := c.mails
		c.mu.Unlock()
		switch {
		case got == want:
			return nil
		case got > want:
			return fmt.Errorf("the relay received %d mails, of %d", got, want)
		}
		select {
		case <-c.changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-late:
			return fmt.Errorf("the relay received %d mails, of %d", got, want)
		}
	}
}
