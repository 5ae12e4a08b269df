package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// A tally counts mails that were accepted.
type tally struct {
	want int
	end  chan error // gets one

	mu    sync.Mutex
	mails int
	last  time.Time // when the last that was wanted was accepted
}

func newTally(mails int) *tally { return &tally{want: mails, end: make(chan error, 1)} }

// add counts a mail that was answered 250; anything else ends it all.
func (t *tally) add(_ *host.Envelope, r host.Report) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := accepted(r); err != nil {
		t.finish(err)
		return
	}
	t.count(t.mails + 1)
}

// reach is told how many were accepted so far.
func (t *tally) reach(mails int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count(mails)
}

func (t *tally) count(mails int) {
	before := t.mails
	t.mails = mails
	if before < t.want && mails >= t.want {
		t.last = time.Now()
		t.finish(nil)
	}
}

func (t *tally) finish(err error) {
	select {
	case t.end <- err:
	default: // it was over before
	}
}

func accepted(r host.Report) error {
	if r.Outcome == host.Delivered && r.Code == 250 {
		return nil
	}
	return fmt.Errorf("%v: %d %s", r.Outcome, r.Code, r.Text)
}

// wait returns when all mails were accepted.
func (t *tally) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	select {
	case err := <-t.end:
		return err
	case <-ctx.Done():
		return fmt.Errorf("not all mails were accepted: %w", ctx.Err())
	}
}
