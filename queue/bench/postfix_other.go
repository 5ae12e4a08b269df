//go:build !unix

package main

import (
	"context"
	"errors"
)

// postfixes returns none: Postfix runs on Unix.
func postfixes() []postfix { return nil }

func (b *bench) sendThrough(context.Context, postfix) ([]float64, error) {
	return nil, errors.ErrUnsupported
}
