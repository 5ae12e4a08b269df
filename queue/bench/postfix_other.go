//go:build !unix

package main

import (
	"context"
	"errors"
)

// hasPostfix tells that it cannot run here.
func hasPostfix() bool { return false }

func (b *bench) sendThroughPostfix(context.Context, int) ([]float64, error) {
	return nil, errors.ErrUnsupported
}
