package storetest_test

import (
	"context"
	"strings"

	"github.com/go-mailhost/mailhost/queue"
)

const (
	byDomain = "a shape counts pending recipients by domain"
	byQueue  = "a shape counts by queue"
	inAll    = "a shape sums up what it does not list"
)

// shaped makes a faulty store that tells another shape.
func shaped(f func(shape *queue.Shape)) faultyStore {
	return faultyStore{shaped: func(s queue.Store, ctx context.Context, state queue.State, most int) (*queue.Shape, error) {
		shape, err := s.Shape(ctx, state, most)
		if err == nil {
			f(shape)
		}
		return shape, err
	}}
}

var shapeFaults = []fault{
	{byDomain, shaped(func(shape *queue.Shape) { shape.Looked = 2 })},
	{byDomain, shaped(func(shape *queue.Shape) { shape.Whole = false })},
	{byDomain, shaped(func(shape *queue.Shape) {
		for i := range shape.Domains {
			shape.Domains[i].Domain = strings.ToUpper(shape.Domains[i].Domain)
		}
	})},
	{byDomain, shaped(func(shape *queue.Shape) {
		for i := range shape.Domains {
			ages := &shape.Domains[i].Ages
			ages[0], ages[1] = ages[1], ages[0]
		}
	})},
	{byDomain, faultyStore{finish: change(func(f *queue.Finish) { f.Recipients = f.Recipients[:1] })}}, // one is not failed
	{byQueue, faultyStore{shaped: func(s queue.Store, ctx context.Context, _ queue.State, most int) (*queue.Shape, error) {
		return s.Shape(ctx, queue.AnyState, most)
	}}},
	{byQueue, faultyStore{shaped: func(s queue.Store, ctx context.Context, state queue.State, most int) (*queue.Shape, error) {
		if state == queue.AnyState {
			state = queue.Outgoing
		}
		return s.Shape(ctx, state, most)
	}}},
	{inAll, faultyStore{shaped: func(s queue.Store, ctx context.Context, state queue.State, _ int) (*queue.Shape, error) {
		return s.Shape(ctx, state, 20)
	}}},
	{inAll, shaped(func(shape *queue.Shape) { shape.Domains = shape.Domains[:2] })},
}
