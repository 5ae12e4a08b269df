package main

import (
	"context"
	"errors"
)

type postfix struct{ name string }

func postfixes() []postfix { return nil }

func (b *bench) sendThrough(ctx context.Context, p postfix) ([]float64, error) {
	return nil, errors.New("todo")
}
