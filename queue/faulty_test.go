package queue

import (
	"context"
	"errors"
	"sync"
	"time"
)

// A faulty store fails where it is told to.
type faulty struct {
	Store
	mu                                         sync.Mutex
	insert, claim, extend, finish, routes, set error
	claims, finishes, routings                 int // calls
	onInsert, onClaim, onFinish                func(ctx context.Context)
}

func (s *faulty) fail(which *error, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*which = err
}

func (s *faulty) on(hook func(ctx context.Context), ctx context.Context) {
	if hook != nil {
		hook(ctx)
	}
}

func (s *faulty) called(calls *int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *calls
}

func (s *faulty) failing(which *error, calls *int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if calls != nil {
		*calls++
	}
	return *which
}

func (s *faulty) Insert(ctx context.Context, mails []*Mail) error {
	s.on(s.onInsert, ctx)
	if err := s.failing(&s.insert, nil); err != nil {
		return err
	}
	return s.Store.Insert(ctx, mails)
}

func (s *faulty) Claim(ctx context.Context, want Want) (*Batch, time.Duration, error) {
	s.on(s.onClaim, ctx)
	if err := s.failing(&s.claim, &s.claims); err != nil {
		return nil, 0, err
	}
	return s.Store.Claim(ctx, want)
}

func (s *faulty) Extend(ctx context.Context, leases []Lease, d time.Duration) error {
	if err := s.failing(&s.extend, nil); err != nil {
		return err
	}
	return s.Store.Extend(ctx, leases, d)
}

func (s *faulty) Finish(ctx context.Context, finishes []Finish) (int, error) {
	s.on(s.onFinish, ctx)
	if err := s.failing(&s.finish, &s.finishes); err != nil {
		return 0, err
	}
	return s.Store.Finish(ctx, finishes)
}

func (s *faulty) Routes(ctx context.Context) ([]Route, error) {
	if err := s.failing(&s.routes, &s.routings); err != nil {
		return nil, err
	}
	return s.Store.Routes(ctx)
}

func (s *faulty) SetRoute(ctx context.Context, route Route) (bool, error) {
	if err := s.failing(&s.set, nil); err != nil {
		return false, err
	}
	return s.Store.SetRoute(ctx, route)
}

// A deaf store does what it is told, and says that it failed: its answers are lost.
type deaf struct {
	Store
	inserts, finishes int // answers that are lost, from now on
}

func (s *deaf) Insert(ctx context.Context, mails []*Mail) error {
	return lost(&s.inserts, s.Store.Insert(ctx, mails))
}

func (s *deaf) Finish(ctx context.Context, finishes []Finish) (int, error) {
	n, err := s.Store.Finish(ctx, finishes)
	return n, lost(&s.finishes, err)
}

func lost(answers *int, err error) error {
	if *answers > 0 {
		*answers--
		return errors.New("connection reset")
	}
	return err
}
