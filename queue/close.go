package queue

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// What Close waits for when it is told to wait no longer, one after the other.
const (
	hostGrace  = time.Second     // for hosts to break off what they have begun
	storeGrace = time.Second     // for what became of it to be recorded
	quitGrace  = 2 * time.Second // for a store to give up what it was doing, and to close
)

// The stages of a Close. Each ends a context, and the one before ends first.
type stages struct {
	closing   context.Context // Close has begun: nothing new is
	aborting  context.Context // it waits no longer: hosts break off what they have begun
	overdue   context.Context // a host has not: what became of its mail is uncertain
	abandoned context.Context // the store has not recorded it: leases lapse

	close, abort, giveUp, abandon context.CancelFunc
}

func newStages() (s stages) {
	s.closing, s.close = context.WithCancel(context.Background())
	s.aborting, s.abort = context.WithCancel(context.Background())
	s.overdue, s.giveUp = context.WithCancel(context.Background())
	s.abandoned, s.abandon = context.WithCancel(context.Background())
	return s
}

// Close stops the queue: further calls are refused with ErrClosed, those that
// have begun are carried through, the mailer claims no more mail, no further
// envelope is begun, and what is in flight is carried to its outcome and
// recorded. Then the store is closed.
//
// Where ctx ends first, what is in flight is broken off, and Close returns an error
// that says how many mails that were. What the host had not sent whole is not
// changed, and the next process sends it at once; what it had is uncertain. A host
// that does not break off within a second, as [host.Abort] tells it to, leaves all
// of its mail uncertain. Close takes four seconds at most from when ctx ends, whatever
// hangs. Mail of which nothing could be recorded is taken over by another process
// when its lease lapses.
//
// Nothing of the queue runs on after Close, but for a Host that has not returned and
// a call of the store that has not, after which the store is closed.
//
// Where there was nothing to wait for, Close returns nil although ctx had ended. It
// waits for Config.OnOutcome too, which must not call it.
//
// A second Close returns ErrClosed at once.
func (q *Queue) Close(ctx context.Context) error {
	q.mu.Lock()
	wasClosed := q.closed
	q.closed = true
	q.mu.Unlock()
	if wasClosed {
		return ErrClosed
	}
	q.close()
	idle := make(chan struct{})
	go func() {
		q.work.Wait()
		close(idle)
	}()
	err := q.wait(ctx, idle)
	q.abort()
	q.giveUp()
	q.abandon()
	return errors.Join(err, q.closeStore(ctx, idle))
}

// wait returns when all work has ended, or could not be ended after ctx has.
func (q *Queue) wait(ctx context.Context, idle <-chan struct{}) error {
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
	}
	inFlight := q.inFlight.Load()
	q.abort()
	quiet := within(hostGrace, idle)
	if !quiet {
		q.giveUp()
	}
	if !within(storeGrace, idle) {
		q.abandon()
	}
	if quiet && inFlight == 0 {
		return nil // nothing was broken off
	}
	err := fmt.Errorf("queue: closed with %d mails in flight, which were broken off: %w", inFlight, context.Cause(ctx))
	if left := q.inFlight.Load(); left > 0 {
		err = fmt.Errorf("%w; of %d nothing could be recorded: they are taken over when their leases lapse", err, left)
	}
	return err
}

// closeStore closes the store when nothing works with it any more. It does not wait
// long for that once ctx has ended.
func (q *Queue) closeStore(ctx context.Context, idle <-chan struct{}) error {
	closed := make(chan struct{})
	var err error
	go func() {
		defer close(closed)
		<-idle
		err = q.store.Close()
	}()
	select {
	case <-closed:
	case <-ctx.Done():
		if !within(quitGrace, closed) {
			return errors.New("queue: the store hangs, and is closed when it does no more")
		}
	}
	if err != nil {
		return fmt.Errorf("queue: close the store: %w", err)
	}
	return nil
}

// within waits for d at most, and returns whether the channel was closed by then.
func within(d time.Duration, closed <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-closed:
		return true
	case <-timer.C:
		return false
	}
}
